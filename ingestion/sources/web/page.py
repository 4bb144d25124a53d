"""What a page says of other pages: its links, and the address that it wants to be known by."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree, html

from ingestion.sources.web.urls import canonical

MAX_BYTES = 5_000_000  # of a page, in which links are looked for


@dataclass(frozen=True, slots=True)
class Links:
    """In the order of the page, each once, in canonical form."""

    pages: tuple[str, ...] = ()
    canonical: str | None = None


def read_links(content: bytes, url: str) -> Links:
    """Links marked nofollow are left out; what is no HTML has none."""
    try:
        root = html.document_fromstring(content[:MAX_BYTES])
    except (etree.ParserError, ValueError, etree.LxmlError):
        return Links()
    bases = [found for element in root.iter("base") if (found := element.get("href"))]
    base = canonical(bases[0], url) or url if bases else url
    hrefs = (
        element.get("href", "")
        for element in root.iter("a", "area")
        if "nofollow" not in (element.get("rel") or "").lower().split()
    )
    found = dict.fromkeys(canonical(href, base) for href in hrefs if href and not href.startswith("#"))
    stated = (element.get("href", "") for element in root.iter("link") if _is_canonical(element))
    return Links(
        tuple(link for link in found if link), next((canonical(href, base) for href in stated), None)
    )


def _is_canonical(element: etree._Element) -> bool:
    return "canonical" in (element.get("rel") or "").lower().split() and bool(element.get("href"))
