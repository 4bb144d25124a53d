"""Rows of a sheet to blocks in which each row can be read alone: "Column: value | Column: value"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ingestion.converters.failure import ConversionFailed
from ingestion.converters.rendering import CELL_SEPARATOR, one_line
from ingestion.document import Block

# Column (from 0) -> text; cells without text are left out.
Row = Mapping[int, str]

MAX_CELLS = 2_000_000
MAX_LABEL = 80
# How many rows below a header tell how wide its table is.
LOOKAHEAD = 20
MIN_HEADER_SHARE = 0.6
MAX_FORM_ROWS = 40
VALUE = re.compile(r"[^\w]*\d[\d.,:/%\s+-]*(?:e[+-]?\d+)?[^\w]*(?:[ap]m|[a-z]{1,3})?", re.IGNORECASE)
DEFAULT_NAME = re.compile(
    r"(sheet|tabelle|feuil(le)?|hoja|foglio|planilha|blad|ark|arkusz|list|munka|лист)[\s_]*\d*", re.IGNORECASE
)
YEAR = re.compile(r"(?:19|20)\d\d")


def under_sheet(name: str, blocks: list[Block]) -> list[Block]:
    """A sheet's blocks under its name, unless that is the one its program gave it."""
    named = blocks and name and not DEFAULT_NAME.fullmatch(name)
    return [Block("heading", name, level=1), *blocks] if named else blocks


def dense(cells: Sequence[str]) -> Row:
    return {column: text for column, cell in enumerate(cells) if (text := one_line(cell))}


def bounded(rows: Iterable[Row], name: str) -> Iterator[Row]:
    """The rows; `too large` at the cell that is one too many."""
    cells = 0
    for row in rows:
        cells += len(row)
        if cells > MAX_CELLS:
            raise ConversionFailed("too large", f"{name} has more than {MAX_CELLS:,} filled cells.")
        yield row


def row_blocks(rows: Iterable[Row]) -> Iterator[Block]:
    """Empty rows part tables; one without a header of its own continues the header above it.

    A header's columns are named in each of its rows, so that a row says what its values are wherever a chunk
    begins. A line above a header is a paragraph.
    """
    header: Row = {}
    for table in _tables(rows):
        titles, table = _titles(table)
        for title in titles:
            yield Block("paragraph", title)
        if not table:
            continue
        if _is_header(table):
            header, table = table[0], table[1:]
        elif titles or not set().union(*table[:LOOKAHEAD]) <= header.keys():
            header = {}
        yield Block("table", "\n".join(_line(row, header) for row in table))


def _tables(rows: Iterable[Row]) -> Iterator[list[Row]]:
    table: list[Row] = []
    for row in rows:
        if row:
            table.append(row)
        elif table:
            yield table
            table = []
    if table:
        yield table


def _titles(table: list[Row]) -> tuple[list[str], list[Row]]:
    """Leading rows of a single cell, where wider ones follow."""
    first = next((number for number, row in enumerate(table) if len(row) > 1), 0)
    return [text for row in table[:first] for text in row.values()], table[first:]


def _is_header(table: Sequence[Row]) -> bool:
    first, below = table[0], table[1 : 1 + LOOKAHEAD]
    if len(first) < 2 or not below or _is_form(table):
        return False
    labels = [text for text in first.values() if not YEAR.fullmatch(text)]
    if not all(is_label(text) for text in labels) or len(set(first.values())) < len(first):
        return False
    width = max(len(row) for row in below)
    return bool(labels) and len(first) >= MIN_HEADER_SHARE * width


def _is_form(table: Sequence[Row]) -> bool:
    """Two columns, of names and of values of all kinds."""
    if len(table) > MAX_FORM_ROWS or any(len(row) > 2 for row in table):
        return False
    pairs = [tuple(row.values()) for row in table if len(row) == 2]
    if all(name.endswith(":") for name, _ in pairs):
        return True
    kinds = {is_label(value) for _, value in pairs[1:]}
    return len(kinds) == 2 and len({name for name, _ in pairs}) == len(pairs)


def is_label(text: str) -> bool:
    return len(text) <= MAX_LABEL and VALUE.fullmatch(text) is None


def _line(row: Row, header: Row) -> str:
    if not header:
        return CELL_SEPARATOR.join(row[column] for column in sorted(row))
    named = ((header.get(column, "").rstrip(":"), row[column]) for column in sorted(row))
    return CELL_SEPARATOR.join(f"{name}: {value}" if name else value for name, value in named)
