"""Rich Text Format: paragraphs, headings by outline level or style, list items, tables."""

from __future__ import annotations

from datetime import UTC, datetime

from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.rendering import item_text, one_line, table_text, tidy
from ingestion.converters.rtf_reader import Paragraph, RtfReader, TableRow
from ingestion.document import Block

START = b"{\\rtf"
MAX_LEVEL = 6


def convert(content: bytes, name: str) -> Converted:
    """Headers, footers, pictures and hidden text are left out; footnotes stand where they are referred to."""
    start = content.find(START)
    if start < 0:
        raise ConversionFailed("corrupt", f"{name} is a damaged RTF file: it does not begin as one.")
    reader = RtfReader(content[start:].decode("latin-1"))
    units = reader.read()
    info = reader.info
    return Converted(
        blocks=tuple(blocks_of(units)),
        title=info.get("title"),
        created=_moment(reader.moments.get("creatim")),
        modified=_moment(reader.moments.get("revtim")),
        author=info.get("author"),
    )


def blocks_of(units: list[Paragraph | TableRow]) -> list[Block]:
    """Items that follow each other are one list, rows one table."""
    blocks: list[Block] = []
    for unit in units:
        block = _block(unit)
        last = blocks[-1] if blocks else None
        if not block.text:
            continue
        if last and last.kind == block.kind and block.kind in ("list", "table"):
            blocks[-1] = Block(block.kind, f"{last.text}\n{block.text}")
        else:
            blocks.append(block)
    return blocks


def _block(unit: Paragraph | TableRow) -> Block:
    if isinstance(unit, TableRow):
        return Block("table", table_text([unit.cells]))
    text = tidy(unit.text)
    if unit.level and text:
        return Block("heading", one_line(text), level=min(unit.level, MAX_LEVEL))
    marker = one_line(unit.marker)
    if marker and text:
        numbered = marker.rstrip(".)").isalnum() and len(marker) <= 5
        return Block("list", item_text(text, marker=marker if numbered else "-"))
    return Block("paragraph", text)


def _moment(parts: dict[str, int] | None) -> datetime | None:
    if not parts:
        return None
    try:
        return datetime(
            parts.get("yr", 0), parts.get("mo", 1), parts.get("dy", 1), parts.get("hr", 0),
            parts.get("min", 0), tzinfo=UTC,
        )  # fmt: skip
    except ValueError:
        return None
