"""PowerPoint files: a slide's title is a heading, its number the page; bullets, tables and notes follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pptx
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER

from ingestion.converters.converted import Converted
from ingestion.converters.office import open_package, with_properties
from ingestion.converters.rendering import item_text, one_line, table_text, tidy
from ingestion.document import Block

TITLES = frozenset((PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE))
# What the slide master repeats on every slide.
REPEATED = frozenset((PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER))
BULLETED = frozenset((PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY))
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DECK_LEVEL, SLIDE_LEVEL, PART_LEVEL = 1, 2, 3
MAX_PART_HEADING = 120
NUMBERED = "#"


def convert(content: bytes, name: str) -> Converted:
    """Groups are read through; pictures, charts and what the master repeats are left out."""
    deck = open_package(lambda stream: pptx.Presentation(stream), content, name)
    blocks = [block for number, slide in enumerate(deck.slides, 1) for block in _slide(slide, number)]
    return with_properties(tuple(blocks), deck.core_properties)


def _slide(slide: Any, number: int) -> Iterator[Block]:
    shapes = list(_flattened(slide.shapes))
    for shape in (shape for shape in shapes if _placeholder(shape) in TITLES):
        text = one_line(shape.text_frame.text)
        if text:
            yield Block("heading", text, level=DECK_LEVEL if number == 1 else SLIDE_LEVEL, page=number)
    for shape in shapes:
        if _placeholder(shape) not in TITLES | REPEATED:
            yield from _shape(shape, number)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = tidy(slide.notes_slide.notes_text_frame.text)
        if notes:
            yield Block("paragraph", notes, page=number)


def _flattened(shapes: Iterable[Any]) -> Iterator[Any]:
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from _flattened(shape.shapes)
        else:
            yield shape


def _placeholder(shape: Any) -> Any:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _shape(shape: Any, number: int) -> Iterator[Block]:
    if getattr(shape, "has_table", False):
        text = table_text([[cell.text for cell in row.cells] for row in shape.table.rows])
        if text:
            yield Block("table", text, page=number)
    elif shape.has_text_frame:
        yield from _paragraphs(shape.text_frame.paragraphs, _placeholder(shape) in BULLETED, number)


def _paragraphs(paragraphs: Iterable[Any], bulleted: bool, number: int) -> Iterator[Block]:
    items: list[str] = []
    numbers: Counter[int] = Counter()
    for paragraph in paragraphs:
        text = tidy(paragraph.text.replace("\v", "\n"))
        marker = _marker(paragraph, bulleted)
        if not text:
            continue
        if marker == NUMBERED:
            numbers[paragraph.level] += 1
            marker = f"{numbers[paragraph.level]}."
        if marker:
            numbers = Counter({level: count for level, count in numbers.items() if level <= paragraph.level})
            items.append(item_text(text, paragraph.level, marker))
            continue
        numbers.clear()
        if items:
            yield Block("list", "\n".join(items), page=number)
            items = []
        yield _plain(paragraph, text, number)
    if items:
        yield Block("list", "\n".join(items), page=number)


def _plain(paragraph: Any, text: str, number: int) -> Block:
    """A short paragraph all in bold heads what follows it on the slide."""
    runs = [run for run in paragraph.runs if run.text.strip()]
    is_short = len(text) <= MAX_PART_HEADING and "\n" not in text and not text.endswith((".", ":"))
    if is_short and runs and all(run.font.bold for run in runs):
        return Block("heading", text, level=PART_LEVEL, page=number)
    return Block("paragraph", text, page=number)


def _marker(paragraph: Any, bulleted: bool) -> str:
    """Body placeholders take bullets from the layout; elsewhere a paragraph must ask for one."""
    properties = paragraph._p.pPr
    if properties is not None:
        if properties.find(f"{DRAWING}buNone") is not None:
            return ""
        if properties.find(f"{DRAWING}buAutoNum") is not None:
            return NUMBERED
        if properties.find(f"{DRAWING}buChar") is not None:
            return "-"
    return "-" if bulleted else ""
