"""Which lines of a PDF are headings: by its outline where it has one, else by their font."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.converters.pdf_fragments import Fragment

# Levels of the outline's titles, by page number and `outline_key`.
Outline = dict[tuple[int, str], int]
MIN_OUTLINE_MATCH = 0.7
# A heading's font is this much larger than that of the body.
LARGER = 1.07
MAX_HEADING = 160
MAX_BOLD_HEADING = 90
MAX_LEVEL = 6


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
    if outline:
        return min(outline.get((paragraph[0].page, outline_key(text)), 0), MAX_LEVEL)
    levels = {fonts.level(line) for line in paragraph}
    level = max(levels) if len(levels) == 1 else 0
    is_large = _rounded(paragraph[0].size) in fonts.larger
    longest = MAX_HEADING if is_large else MAX_BOLD_HEADING
    if len(text) > longest or text.endswith((".", ":", ";", ",")) or not any(map(str.isalpha, text)):
        return 0
    return level


def trusted(outline: Outline, texts: set[tuple[int, str]]) -> Outline:
    """The outline, or an empty one where most of its titles stand nowhere on their pages."""
    found = sum(key in texts for key in outline)
    return outline if outline and found >= MIN_OUTLINE_MATCH * len(outline) else {}


def _rounded(size: float) -> float:
    return round(size * 2) / 2
