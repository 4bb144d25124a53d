"""Which lines of a PDF are headings: by its outline where it has one, else by their font."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.converters.pdf_fragments import Fragment

# Levels of the outline's titles, by page number and `outline_key`.
Outline = dict[tuple[int, str], int]
MIN_OUTLINE_MATCH = 0.7
# A shorter outline names the document, not its sections.
MIN_OUTLINE = 3
# A heading's font is this much larger than that of the body.
LARGER = 1.07
MAX_HEADING = 160
MAX_BOLD_HEADING = 90
MAX_LEVEL = 6
NUMBERED = re.compile(r"\(?\w{1,3}[.)]\s")


def outline_key(title: str) -> str:
    """Equal for a title in the outline and on the page."""
    return "".join(character for character in title.casefold() if character.isalnum())


@dataclass(frozen=True, slots=True)
class Fonts:
    """The body's size in points, and the larger sizes that head sections, the largest first."""

    body: float
    larger: tuple[float, ...]

    def level(self, line: Fragment) -> int:
        """1-6, or 0 where the font is that of the body."""
        size = _rounded(line.size)
        if size in self.larger:
            return min(self.larger.index(size) + 1, MAX_LEVEL)
        if line.bold and abs(line.size - self.body) <= 0.6:
            return min(len(self.larger) + 1, MAX_LEVEL)
        return 0


def fonts_of(lines: Sequence[Fragment]) -> Fonts:
    """The body's size is the one in which most characters stand."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[_rounded(line.size)] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    larger = sorted((size for size in sizes if size >= LARGER * body), reverse=True)
    return Fonts(body, tuple(larger))


def heading_level(paragraph: Sequence[Fragment], text: str, fonts: Fonts, outline: Outline) -> int:
    """1-6 for a heading, else 0."""
    listed = outline.get((paragraph[0].page, outline_key(text)), 0)
    if listed or len(outline) >= MIN_OUTLINE:
        return min(listed, MAX_LEVEL)
    levels = {fonts.level(line) for line in paragraph}
    if len(levels) != 1 or not _reads_like_heading(paragraph[0], text, fonts):
        return 0
    level = levels.pop()
    # What the outline leaves out stands below what it lists.
    return min(level + max(outline.values(), default=0), MAX_LEVEL) if level and outline else level


def _reads_like_heading(line: Fragment, text: str, fonts: Fonts) -> bool:
    if text.endswith((".", ":", ";", ",")) or not any(map(str.isalpha, text)):
        return False
    if _rounded(line.size) in fonts.larger:
        return len(text) <= MAX_HEADING
    # Where headings are larger, a bold number starts an item of a list.
    return len(text) <= MAX_BOLD_HEADING and not (fonts.larger and NUMBERED.match(text))


def trusted(outline: Outline, texts: set[tuple[int, str]]) -> Outline:
    """The outline, or an empty one where most of its titles stand nowhere on their pages."""
    found = sum(key in texts for key in outline)
    return outline if outline and found >= MIN_OUTLINE_MATCH * len(outline) else {}


def _rounded(size: float) -> float:
    return round(size * 2) / 2
