"""Sitemaps (sitemaps.org): lists of pages with their dates, lists of such lists, packed or not."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from storage.errors import InvalidInput

MAX_BYTES = 50 * 1024 * 1024  # the bound that the protocol sets, unpacked
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Sitemap:
    """`pages` have the day of their last change where it is stated; `sitemaps` are further lists."""

    pages: tuple[tuple[str, datetime | None], ...]
    sitemaps: tuple[str, ...] = ()


def parse_sitemap(content: bytes, place: str) -> Sitemap:
    """XML, or text with an address a line. InvalidInput for what is none."""
    plain = _unpacked(content, place)
    if not plain.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = plain.decode("utf-8-sig", errors="replace").split("\n")
        return Sitemap(tuple((line.strip(), None) for line in lines if line.strip()))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    root = etree.fromstring(plain, parser)
    name = "" if root is None else etree.QName(root).localname
    if name not in ("urlset", "sitemapindex"):
        raise InvalidInput(f"{place} is no sitemap.", "Give the address of an XML or text sitemap.")
    found = [entry for entry in (_entry(child) for child in root) if entry[0]]
    if name == "sitemapindex":
        return Sitemap((), tuple(place for place, _ in found))
    return Sitemap(tuple(found))


def _entry(element: etree._Element) -> tuple[str, datetime | None]:
    texts = {
        etree.QName(child).localname: (child.text or "").strip()
        for child in element
        if isinstance(child.tag, str)
    }
    return texts.get("loc", ""), _date(texts.get("lastmod", ""))


def _date(text: str) -> datetime | None:
    """W3C date and time; a day alone is its beginning."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _unpacked(content: bytes, place: str) -> bytes:
    if not content.startswith(GZIP):
        return content
    unpacking = zlib.decompressobj(wbits=31)
    try:
        plain = unpacking.decompress(content, MAX_BYTES + 1)
    except zlib.error as error:
        raise InvalidInput(f"{place} is a damaged sitemap ({error}).", "Mend it at the site.") from error
    if len(plain) > MAX_BYTES:
        raise InvalidInput(f"{place} unpacks to more than {MAX_BYTES:,} bytes.", "Split the sitemap.")
    return plain
