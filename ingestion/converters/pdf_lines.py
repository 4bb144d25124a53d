"""Fragments of a page to lines of text and rows of tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ingestion.converters.pdf_fragments import Fragment

# In font sizes.
MAX_LEADING = 1.9
MAX_ROW_HEIGHT = 10  # a greater step up leads to the next column of the page
MARKER = re.compile(r"[•◦▪▫‣⁃●○■□–—*·\uf0b7\uf0a7-]|o|\(?(?:\d{1,3}|[a-zA-Z])[.)]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells from left to right, each the fragments that stand in it."""

    cells: tuple[tuple[Fragment, ...], ...]

    @property
    def page(self) -> int:
        return self.cells[0][0].page

    @property
    def texts(self) -> list[str]:
        return [" ".join(fragment.text for fragment in cell) for cell in self.cells]


def lines_and_rows(fragments: list[Fragment]) -> list[Fragment | Row]:
    """Rows are told by cells drawn side by side, each of which may run over several lines."""
    found: list[Fragment | Row] = []
    cells: list[list[Fragment]] = []
    for fragment in fragments:
        if cells and _continues_cell(cells[-1], fragment):
            cells[-1].append(fragment)
        elif cells and _starts_next_cell(cells, fragment):
            cells.append([fragment])
        else:
            found += _closed(cells)
            cells = [[fragment]]
    return found + _closed(cells)


def _continues_cell(cell: list[Fragment], fragment: Fragment) -> bool:
    last = cell[-1]
    drop = last.baseline - fragment.baseline
    overlap = min(last.right, fragment.right) - max(last.left, fragment.left)
    return 0.3 * last.size < drop <= MAX_LEADING * max(last.size, fragment.size) and overlap > 0


def _starts_next_cell(cells: list[list[Fragment]], fragment: Fragment) -> bool:
    """To the right of the row so far, and not higher than a row may be."""
    last = cells[-1]
    beside = [other for other in last if abs(other.baseline - fragment.baseline) <= 0.5 * fragment.size]
    right = max(other.right for other in (*beside, last[-1]))
    rise = fragment.baseline - last[-1].baseline
    return (
        fragment.left >= right - fragment.size
        and -0.3 * fragment.size <= rise <= MAX_ROW_HEIGHT * fragment.size
    )


def _closed(cells: list[list[Fragment]]) -> list[Fragment | Row]:
    if len(cells) < 2:
        return [fragment for cell in cells for fragment in cell]
    first, second, *others = cells
    # Lines above the row may have been taken for its first cell.
    lowest = second[0].baseline + 0.3 * second[0].size
    above = [fragment for fragment in first if fragment.baseline > lowest]
    beside = tuple(fragment for fragment in first if fragment.baseline <= lowest)
    if not beside:
        return [fragment for cell in cells for fragment in cell]
    if len(beside) == 1 and not others and MARKER.fullmatch(beside[0].text):
        return [*above, _merged(beside[0], second[0]), *second[1:]]
    return [*above, Row((beside, tuple(second), *map(tuple, others)))]


def _merged(marker: Fragment, text: Fragment) -> Fragment:
    return replace(
        text, text=f"{marker.text} {text.text}", left=marker.left, first_gap=text.left - marker.right
    )
