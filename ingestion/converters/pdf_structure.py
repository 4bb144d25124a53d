"""Lines and rows of all pages to blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingestion.converters.pdf_fragments import Fragment
from ingestion.converters.pdf_headings import Fonts, Outline, fonts_of, heading_level, outline_key, trusted
from ingestion.converters.pdf_hyphens import mended, words_of
from ingestion.converters.pdf_lines import Row, lines_and_rows
from ingestion.converters.pdf_paragraphs import SENTENCE_END, Paragraph, paragraphs
from ingestion.converters.rendering import CELL_SEPARATOR, item_text, one_line, table_text
from ingestion.document import Block


def structure(pages: list[list[Fragment]], outline: Outline) -> list[Block]:
    """Blocks in reading order; a paragraph that a page break cuts is whole again, on its first page."""
    units = [unit for fragments in pages for unit in paragraphs(lines_and_rows(fragments))]
    words = words_of(fragment.text for fragments in pages for fragment in fragments)
    lines = [line for unit in units if isinstance(unit, Paragraph) for line in unit.lines]
    titles = {(unit.page, outline_key(_heading_text(unit))) for unit in units if isinstance(unit, Paragraph)}
    blocks = _blocks(units, words, fonts_of(lines), trusted(outline, titles))
    return list(_across_breaks(_joined(blocks)))


def _blocks(
    units: list[Paragraph | Row], words: frozenset[str], fonts: Fonts, outline: Outline
) -> Iterator[Block]:
    for unit in units:
        if isinstance(unit, Row):
            cells = [mended(" \n".join(line.text for line in cell), words) for cell in unit.cells]
            yield Block("table", table_text([cells]), page=unit.page)
            continue
        heading = _heading_text(unit)
        level = heading_level(unit.lines, heading, fonts, outline)
        text = one_line(mended("\n".join(line.text for line in unit.lines), words))
        if level:
            yield Block("heading", one_line(mended(heading, words)), level=level, page=unit.page)
        elif unit.marker:
            yield Block("list", item_text(text, unit.depth, unit.marker), page=unit.page)
        elif text:
            yield Block("paragraph", text, page=unit.page)


def _heading_text(unit: Paragraph) -> str:
    """With the number that a list item would have as its marker."""
    text = " ".join(line.text for line in unit.lines)
    return f"{unit.marker} {text}" if unit.marker not in ("", "-") else text


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Items in a row are a list, rows a table; a single row was no table."""
    pending: list[Block] = []
    for block in blocks:
        if pending and block.kind != pending[0].kind:
            yield _whole(pending)
            pending = []
        if block.kind in ("list", "table"):
            pending.append(block)
        else:
            yield block
    if pending:
        yield _whole(pending)


def _whole(parts: list[Block]) -> Block:
    text = "\n".join(part.text for part in parts)
    if parts[0].kind == "table" and len(parts) == 1:
        return replace(parts[0], kind="paragraph", text=text.replace(CELL_SEPARATOR, " "))
    return replace(parts[0], text=text)


def _across_breaks(blocks: Iterable[Block]) -> Iterator[Block]:
    """A paragraph that stops in a sentence goes on in the next that starts with a small letter."""
    previous: Block | None = None
    for block in blocks:
        if previous is not None and _is_cut(previous, block):
            previous = replace(previous, text=f"{previous.text} {block.text}")
            continue
        if previous is not None:
            yield previous
        previous = block
    if previous is not None:
        yield previous


def _is_cut(previous: Block, block: Block) -> bool:
    return (
        previous.kind in ("paragraph", "list")
        and block.kind == "paragraph"
        and block.text[:1].islower()
        and not previous.text.endswith(SENTENCE_END)
    )
