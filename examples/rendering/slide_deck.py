"""PPTX: a title slide, then one slide for each heading with its bullets, table and speaker notes."""

from __future__ import annotations

import io
from itertools import groupby

import pptx
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.util import Inches, Length, Pt

from examples.rendering.archive import with_fixed_times
from examples.rendering.source import Aside, Heading, ItemList, Paragraph, Source, SourceBlock, Table

TITLE_LAYOUT, CONTENT_LAYOUT = 0, 1
ROW_HEIGHT = Inches(0.4)


def render(source: Source) -> bytes:
    """Each heading starts a slide; block quotations become its notes, tables stand below its bullets."""
    deck = pptx.Presentation()
    _describe(deck, source)
    opening = deck.slides.add_slide(deck.slide_layouts[TITLE_LAYOUT])
    opening.shapes.title.text = source.title
    opening.placeholders[1].text = f"Tarnbeck Metering\n{source.author}, {source.modified:%d %B %Y}"
    for title, blocks in _slides(source.blocks):
        slide = deck.slides.add_slide(deck.slide_layouts[CONTENT_LAYOUT])
        slide.shapes.title.text = title
        _fill(slide, blocks)
    target = io.BytesIO()
    deck.save(target)
    return with_fixed_times(target.getvalue())


def _describe(deck: Presentation, source: Source) -> None:
    properties = deck.core_properties
    properties.title = source.title
    properties.author = source.author
    properties.last_modified_by = source.author
    # python-pptx writes naive times and marks them as UTC
    properties.created = source.created.replace(tzinfo=None)
    properties.modified = source.modified.replace(tzinfo=None)
    properties.language = source.language


def _slides(blocks: tuple[SourceBlock, ...]) -> list[tuple[str, list[SourceBlock]]]:
    slides: list[tuple[str, list[SourceBlock]]] = []
    for is_heading, group in groupby(blocks, lambda block: isinstance(block, Heading)):
        if is_heading:
            slides += [(heading.text, []) for heading in group if isinstance(heading, Heading)]
        else:
            slides[-1][1].extend(group)
    return slides


def _fill(slide: Slide, blocks: list[SourceBlock]) -> None:
    lines: list[str] = []
    for block in blocks:
        match block:
            case Paragraph(text):
                lines.append(text)
            case ItemList(items, _):
                lines += items
            case Table(rows):
                _add_table(slide, rows)
            case Aside(text):
                notes = slide.notes_slide.notes_text_frame
                if notes is not None:
                    notes.text = text
    body = slide.placeholders[1]
    if not lines:
        body.element.getparent().remove(body.element)
        return
    body.text_frame.text = "\n".join(lines)
    for paragraph in body.text_frame.paragraphs:
        paragraph.font.size = Pt(18)
    if any(isinstance(block, Table) for block in blocks):
        body.left, body.top, body.width, body.height = Inches(0.5), Inches(1.4), Inches(9), Inches(2.2)


def _add_table(slide: Slide, rows: tuple[tuple[str, ...], ...]) -> None:
    frame = slide.shapes.add_table(
        len(rows), len(rows[0]), Inches(0.5), Inches(3.8), Inches(9), Length(ROW_HEIGHT * len(rows))
    )
    for index, row in enumerate(rows):
        for column, text in enumerate(row):
            cell = frame.table.cell(index, column)
            cell.text = text
            cell.text_frame.paragraphs[0].font.size = Pt(14)
