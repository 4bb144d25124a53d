"""Lines of one page to paragraphs and list items, by spacing, indents and fonts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import quantiles

from ingestion.converters.pdf_fragments import Fragment
from ingestion.converters.pdf_lines import Row

SENTENCE_END = (".", "!", "?", ":", ";", "。", "！", "？")
BULLET = re.compile(r"([•◦▪▫‣⁃●○■□·*\uf0b7\uf0a7–—-])\s+(?=\S)")
NUMBER = re.compile(r"(\(?(?:\d{1,3}|[a-z])[.)])\s+(?=\S)")
BARE_NUMBER = re.compile(r"(\d{1,2})\s+(?=\S)")
# In font sizes.
WIDER_LEADING = 1.25
DEFAULT_LEADING = 1.2
INDENT = 0.7
MARKER_GAP = 0.6
LETTER_WIDTH = 0.5
SAME_SIZE = 0.6  # points
SAME_LEFT = 4.0  # points


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together; `marker` is a list item's, "" outside lists."""

    lines: tuple[Fragment, ...]
    marker: str = ""
    depth: int = 0

    @property
    def page(self) -> int:
        return self.lines[0].page


def paragraphs(units: Sequence[Fragment | Row]) -> list[Paragraph | Row]:
    """The page's lines grouped; rows stay as they are."""
    lines = [unit for unit in units if isinstance(unit, Fragment)]
    leading = _leading(lines)
    groups: list[list[Fragment] | Row] = []
    for unit in units:
        last = groups[-1] if groups else None
        if isinstance(unit, Row):
            groups.append(unit)
        elif isinstance(last, list) and _continues(last, unit, leading, _column_right(last[-1], lines)):
            last.append(unit)
        else:
            groups.append([unit])
    return _with_depths([group if isinstance(group, Row) else _paragraph(group) for group in groups])


def marker_of(line: Fragment) -> re.Match[str] | None:
    match = BULLET.match(line.text) or NUMBER.match(line.text)
    if match is None and line.first_gap >= MARKER_GAP * line.size:
        match = BARE_NUMBER.match(line.text)
    return match


def _leading(lines: Sequence[Fragment]) -> float:
    """The usual distance of lines inside a paragraph, in font sizes: in the lower quarter of all."""
    drops = [
        (upper.baseline - lower.baseline) / lower.size for upper, lower in pairwise(lines) if lower.size > 0
    ]
    usual = [drop for drop in drops if 0.9 <= drop <= 2.2]
    return quantiles(usual, n=4)[0] if len(usual) > 1 else DEFAULT_LEADING


def _column_right(line: Fragment, lines: Sequence[Fragment]) -> float:
    return max(other.right for other in lines if abs(other.left - line.left) <= 2 * line.size)


def _continues(group: list[Fragment], line: Fragment, leading: float, column_right: float) -> bool:
    last = group[-1]
    drop = last.baseline - line.baseline
    if abs(drop) <= 0.3 * line.size and line.left >= last.right:
        return True  # a second piece of the same line
    if not 0 < drop <= WIDER_LEADING * leading * max(last.size, line.size):
        return False
    if marker_of(line) or abs(last.size - line.size) > SAME_SIZE:
        return False
    if marker_of(group[0]) and line.left > group[0].left + INDENT * line.size:
        return True  # what hangs under an item belongs to it
    return _indent_fits(group, line) and not _ended_early(last, line, column_right)


def _indent_fits(group: list[Fragment], line: Fragment) -> bool:
    shift = line.left - group[-1].left
    if len(group) == 1:  # a first line may be indented, an item's text hangs
        return shift <= INDENT * line.size or marker_of(group[0]) is not None
    return abs(shift) <= INDENT * line.size


def _ended_early(last: Fragment, line: Fragment, column_right: float) -> bool:
    """The next word would have fitted on the line above, so the break was meant."""
    first_word = line.text.split(" ", 1)[0]
    needed = (len(first_word) + 1) * LETTER_WIDTH * line.size
    starts_anew = last.text.endswith(SENTENCE_END) or not first_word[:1].islower()
    return starts_anew and last.right + needed < column_right


def _paragraph(group: list[Fragment]) -> Paragraph:
    match = marker_of(group[0])
    if match is None:
        return Paragraph(tuple(group))
    first = replace(group[0], text=group[0].text[match.end() :])
    marker = match.group(1)
    if marker.isdigit():
        marker += "."
    return Paragraph((first, *group[1:]), marker if marker[-1] in ".)" else "-")


def _with_depths(units: list[Paragraph | Row]) -> list[Paragraph | Row]:
    """An item is as deep as there are items further left in its list."""
    lefts: list[float] = []
    found: list[Paragraph | Row] = []
    for unit in units:
        if isinstance(unit, Row) or not unit.marker:
            lefts.clear()
            found.append(unit)
            continue
        left = unit.lines[0].left
        lefts[:] = [other for other in lefts if other < left - SAME_LEFT]
        found.append(replace(unit, depth=len(lefts)))
        lefts.append(left)
    return found
