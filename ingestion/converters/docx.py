"""Word documents: headings by style, lists, tables, text boxes and footnotes in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from ingestion.converters.converted import Converted
from ingestion.converters.docx_styles import Numbering, Styles
from ingestion.converters.office import open_package, with_properties
from ingestion.converters.rendering import item_text, one_line, table_text, tidy
from ingestion.document import Block

PARAGRAPH, TABLE, ROW, CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
TEXT_BOX = qn("w:txbxContent")
NOTE_REFERENCES = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}
GALLERY = f".//{qn('w:docPartGallery')}"
CONTENTS_GALLERY = "Table of Contents"
# Deleted and moved text, field codes, and the second copy of drawings kept for old programs.
SKIPPED = frozenset(
    (
        *(qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:pPr"), qn("w:rPr"), TEXT_BOX),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    )
)
CHARACTERS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
TEXT = qn("w:t")


def convert(content: bytes, name: str) -> Converted:
    """Tables of contents, page headers and comments are left out; tracked changes count as accepted."""
    document = open_package(lambda stream: docx.Document(stream), content, name)
    reader = _Reader(document)
    blocks = tuple(_joined(reader.blocks(document.element.body)))
    return replace(with_properties(blocks, document.core_properties), links=_links(document))


class _Reader:
    """Walks the body; `styles`, `numbering` and the notes give paragraphs their meaning."""

    def __init__(self, document: WordDocument) -> None:
        self._styles = Styles(document.styles.element)
        self._numbering = Numbering(_part(document, "numbering"))
        self._notes = {kind: _notes(_part(document, kind)) for kind in NOTE_REFERENCES.values()}

    def blocks(self, container: Any) -> Iterator[Block]:
        for element in container:
            if element.tag == PARAGRAPH:
                yield from self._paragraph(element)
            elif element.tag == TABLE:
                yield from self._table(element)
            elif not _is_contents(element) and element.tag not in SKIPPED:
                yield from self.blocks(element)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        text = tidy(_text(paragraph))
        style = self._styles.of(paragraph)
        if text and not style.is_contents:
            yield self._block(paragraph, text)
        for element in paragraph.iter(TEXT_BOX, *NOTE_REFERENCES):
            if element.tag != TEXT_BOX:
                yield from self._note(element)
            elif not any(ancestor.tag in SKIPPED for ancestor in element.iterancestors()):
                yield from self.blocks(element)

    def _block(self, paragraph: Any, text: str) -> Block:
        style = self._styles.of(paragraph)
        if style.heading_level:
            return Block("heading", one_line(text), level=style.heading_level)
        if style.list_level is None:
            return Block("paragraph", text)
        marker = self._numbering.marker(style.list_id, style.list_level)
        return Block("list", item_text(text, style.list_level, marker))

    def _note(self, reference: Any) -> Iterator[Block]:
        note = self._notes[NOTE_REFERENCES[reference.tag]].get(reference.get(qn("w:id")))
        if note:
            yield Block("paragraph", note)

    def _table(self, table: Any) -> Iterator[Block]:
        rows = [[_cell_text(cell) for cell in _own(row, CELL, table)] for row in _own(table, ROW, table)]
        text = table_text(rows)
        if text:
            yield Block("table", text)


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    """Items that follow each other are one list."""
    items: list[str] = []
    for block in blocks:
        if block.kind == "list":
            items.append(block.text)
            continue
        if items:
            yield Block("list", "\n".join(items))
            items = []
        yield block
    if items:
        yield Block("list", "\n".join(items))


def _text(element: Any) -> str:
    return "".join(_pieces(element))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == TEXT:
            yield child.text or ""
        elif child.tag in CHARACTERS:
            yield CHARACTERS[child.tag]
        elif child.tag not in SKIPPED:
            yield from _pieces(child)


def _own(element: Any, tag: str, table: Any) -> Iterator[Any]:
    """Rows or cells of the table itself, not of tables in its cells."""
    return (part for part in element.iter(tag) if next(part.iterancestors(TABLE)) is table)


def _cell_text(cell: Any) -> str:
    return "\n".join(_text(paragraph) for paragraph in cell.iter(PARAGRAPH))


def _is_contents(element: Any) -> bool:
    gallery = element.find(GALLERY) if element.tag == qn("w:sdt") else None
    return gallery is not None and gallery.get(qn("w:val")) == CONTENTS_GALLERY


def _part(document: WordDocument, kind: str) -> Any:
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(f"/{kind}"):
            return parse_xml(relation.target_part.blob)
    return None


def _links(document: WordDocument) -> tuple[str, ...]:
    return tuple(
        relation.target_ref
        for relation in document.part.rels.values()
        if relation.is_external and relation.reltype.endswith("/hyperlink")
    )


def _notes(part: Any) -> dict[str, str]:
    """Notes by id; the separator lines, which have a type, are none."""
    notes = () if part is None else (note for note in part if note.get(qn("w:type")) is None)
    return {note.get(qn("w:id")): tidy(_cell_text(note)) for note in notes}
