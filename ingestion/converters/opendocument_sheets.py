"""The rows of an OpenDocument sheet, whose cells and rows are counted, not repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ingestion.converters.rendering import one_line
from ingestion.converters.rows import Row
from ingestion.converters.xml_tree import attribute, local

# A value said this often beside itself is decoration.
MAX_REPEATED = 64
# Places where no sheet has columns, so that a count of billions is none.
MAX_COLUMN = 100_000


def sheet_rows(sheet: Any, text_of: Callable[[Any], str]) -> Iterator[Row]:
    """A repeated row is told once; rows without text part tables."""
    for row in sheet.iter("{*}table-row"):
        yield _row(row, text_of)


def _row(row: Any, text_of: Callable[[Any], str]) -> Row:
    cells: dict[int, str] = {}
    column = 0
    for cell in row:
        if local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        text = one_line(" ".join(text_of(part) for part in cell if local(part) == "p"))
        count = _count(cell)
        for offset in range(min(count, MAX_REPEATED) if text else 0):
            cells[column + offset] = text
        column = min(column + count, MAX_COLUMN)
    return cells


def _count(cell: Any) -> int:
    stated = attribute(cell, "number-columns-repeated") or "1"
    return min(int(stated), MAX_COLUMN) if stated.isdecimal() and len(stated) < 9 else 1
