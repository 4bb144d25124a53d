"""Page headers, footers and page numbers: what pages repeat at their edges."""

from __future__ import annotations

import re
from collections import Counter

from ingestion.converters.pdf_fragments import Fragment

EDGE = 0.14  # of the height of the page
MIN_SHARE = 0.5
NUMBER = re.compile(r"\d+")
PAGE_NUMBER = re.compile(
    r"(?:[-–—|]\s*)?(?:page|seite|p\.|s\.)?\s*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|von|de|sur)\s*\d{1,4})?(?:\s*[-–—|])?",
    re.IGNORECASE,
)


def without_furniture(pages: list[list[Fragment]]) -> list[list[Fragment]]:
    """Pages without what at least half of them (and two) repeat at an edge, digits apart."""
    seen = Counter(
        key for fragments in pages for key in {_key(fragment) for fragment in fragments if _at_edge(fragment)}
    )
    repeated = {key for key, count in seen.items() if count >= max(2, MIN_SHARE * len(pages))}
    return [
        [fragment for fragment in fragments if not _is_furniture(fragment, repeated)] for fragments in pages
    ]


def _is_furniture(fragment: Fragment, repeated: set[tuple[str, int]]) -> bool:
    if not _at_edge(fragment):
        return False
    return _key(fragment) in repeated or PAGE_NUMBER.fullmatch(fragment.text) is not None


def _at_edge(fragment: Fragment) -> bool:
    return not EDGE * fragment.height <= fragment.baseline <= (1 - EDGE) * fragment.height


def _key(fragment: Fragment) -> tuple[str, int]:
    return NUMBER.sub("#", fragment.text.casefold()), round(fragment.baseline / 6)
