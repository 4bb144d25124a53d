"""The row of a table that names its columns."""

from __future__ import annotations

from ingestion.converters.rendering import CELL_SEPARATOR
from ingestion.converters.rows import is_label

NAMED_VALUE = ": "  # rows of sheets and records name their columns themselves
LOOKAHEAD = 20


def header_row(table: str) -> str:
    """The first line, where it holds labels alone and rows as wide follow; else nothing."""
    first, *below = table.split("\n", LOOKAHEAD + 1)[: LOOKAHEAD + 1]
    labels = [label for label in first.split(CELL_SEPARATOR) if label]
    names_columns = len(labels) > 1 and len(set(labels)) == len(labels) and all(map(_is_name, labels))
    as_wide = sum(len(row.split(CELL_SEPARATOR)) >= len(labels) for row in below)
    return first if names_columns and below and as_wide * 2 >= len(below) else ""


def _is_name(cell: str) -> bool:
    return is_label(cell) and NAMED_VALUE not in cell
