"""Page headers, footers and page numbers: what pages repeat at their edges."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ingestion.converters.pdf_fragments import Fragment

EDGE = 0.14  # of the height of the page
MIN_SHARE = 0.5
NUMBER = re.compile(r"\d{1,4}")
PAGE_NUMBER = re.compile(
    r"(?:[-–—|]\s*)?(?:page|seite|p\.|s\.)?\s*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|von|de|sur)\s*\d{1,4})?(?:\s*[-–—|])?",
    re.IGNORECASE,
)


def without_furniture(pages: list[list[Fragment]]) -> list[list[Fragment]]:
    """Pages without what at least half of them (and two) repeat at an edge, page numbers apart."""
    seen = Counter(
        key
        for fragments in pages
        for key in {key for fragment in fragments if _at_edge(fragment) for key in _keys(fragment)}
    )
    repeated = {key for key, count in seen.items() if count >= max(2, MIN_SHARE * len(pages))}
    return [
        [fragment for fragment in fragments if not _is_furniture(fragment, repeated)] for fragments in pages
    ]


def _is_furniture(fragment: Fragment, repeated: set[tuple[str, int]]) -> bool:
    if not _at_edge(fragment):
        return False
    return PAGE_NUMBER.fullmatch(fragment.text) is not None or not repeated.isdisjoint(_keys(fragment))


def _at_edge(fragment: Fragment) -> bool:
    return not EDGE * fragment.height <= fragment.baseline <= (1 - EDGE) * fragment.height


def _keys(fragment: Fragment) -> Iterator[tuple[str, int]]:
    """The text, and the text with its numbers counted from that of the page, at about the same height."""
    height = round(fragment.baseline / 6)
    text = fragment.text.casefold()
    yield text, height
    yield NUMBER.sub(lambda match: f"#{int(match.group()) - fragment.page}", text), height
