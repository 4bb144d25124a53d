"""DOCX with Word's own styles for title, headings, lists and tables."""

from __future__ import annotations

import io

import docx
from docx.document import Document as WordDocument
from docx.shared import Pt

from examples.rendering.archive import with_fixed_times
from examples.rendering.source import Aside, Heading, ItemList, Paragraph, Source, SourceBlock, Table


def render(source: Source) -> bytes:
    """Headings of the source begin at level 2 and become Word's Heading 1 and below."""
    document = docx.Document()
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(11)
    _describe(document, source)
    document.add_heading(source.title, level=0)
    for block in source.blocks:
        _add(document, block)
    document.sections[0].footer.paragraphs[0].text = "Tarnbeck Metering - internal"
    target = io.BytesIO()
    document.save(target)
    return with_fixed_times(target.getvalue())


def _describe(document: WordDocument, source: Source) -> None:
    properties = document.core_properties
    properties.title = source.title
    properties.author = source.author
    properties.last_modified_by = source.author
    # python-docx writes naive times and marks them as UTC
    properties.created = source.created.replace(tzinfo=None)
    properties.modified = source.modified.replace(tzinfo=None)
    properties.language = source.language
    properties.comments = ""


def _add(document: WordDocument, block: SourceBlock) -> None:
    match block:
        case Heading(level, text):
            document.add_heading(text, level=level - 1)
        case Paragraph(text):
            document.add_paragraph(text)
        case Aside(text):
            document.add_paragraph(text, style="Intense Quote")
        case ItemList(items, numbered):
            for item in items:
                document.add_paragraph(item, style="List Number" if numbered else "List Bullet")
        case Table(rows):
            _add_table(document, rows)


def _add_table(document: WordDocument, rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Light Grid Accent 1")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
