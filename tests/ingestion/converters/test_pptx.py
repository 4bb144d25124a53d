from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pptx
from pptx.oxml.ns import qn
from pptx.util import Inches

from ingestion.converters.pptx import convert
from ingestion.document import Block
from tests.ingestion.converters.files import saved

TITLE, BULLETS, TITLE_ONLY, BLANK = 0, 1, 5, 6


def slide(deck: Any, layout: int, title: str = "") -> Any:
    made = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        made.shapes.title.text = title
    return made


def box(made: Any) -> Any:
    return made.shapes.add_textbox(Inches(1), Inches(1), Inches(4), Inches(1)).text_frame


def test_slides_give_titles_bullets_tables_and_notes_with_their_number() -> None:
    deck = pptx.Presentation()
    first = slide(deck, TITLE, "Roadmap 2026")
    first.placeholders[1].text = "Board meeting"
    second = slide(deck, BULLETS, "Goals")
    frame = second.placeholders[1].text_frame
    frame.text = "grow"
    deeper = frame.add_paragraph()
    deeper.text, deeper.level = "abroad", 1
    second.notes_slide.notes_text_frame.text = "Say why."
    third = slide(deck, TITLE_ONLY, "Budget")
    table = third.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for cell, text in zip(table.iter_cells(), ("Year", "EUR", "2026", "10"), strict=True):
        cell.text = text
    assert convert(saved(deck), "a.pptx").blocks == (
        Block("heading", "Roadmap 2026", level=1, page=1),
        Block("paragraph", "Board meeting", page=1),
        Block("heading", "Goals", level=2, page=2),
        Block("list", "- grow\n  - abroad", page=2),
        Block("paragraph", "Say why.", page=2),
        Block("heading", "Budget", level=2, page=3),
        Block("table", "Year | EUR\n2026 | 10", page=3),
    )


def test_groups_are_read_through() -> None:
    deck = pptx.Presentation()
    group = slide(deck, BLANK).shapes.add_group_shape()
    inner = group.shapes.add_group_shape()
    inner.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "inside"
    assert convert(saved(deck), "a.pptx").blocks == (Block("paragraph", "inside", page=1),)


def test_a_bold_line_heads_what_follows_but_no_sentence_does() -> None:
    deck = pptx.Presentation()
    frame = box(slide(deck, BLANK))
    for text, bold in (("Scope", True), ("All staff.", False), ("Never forget this.", True)):
        run = frame.add_paragraph().add_run()
        run.text, run.font.bold = text, bold
    assert convert(saved(deck), "a.pptx").blocks == (
        Block("heading", "Scope", level=3, page=1),
        Block("paragraph", "All staff.", page=1),
        Block("paragraph", "Never forget this.", page=1),
    )


def test_what_the_master_repeats_is_left_out() -> None:
    deck = pptx.Presentation()
    made = slide(deck, TITLE_ONLY, "Title")
    layout: Any = deck.slide_layouts[TITLE_ONLY]
    for placeholder in layout.placeholders:
        if placeholder.placeholder_format.idx >= 10:  # date, footer, slide number
            made.shapes.clone_placeholder(placeholder)
    for placeholder in made.placeholders:
        if placeholder.placeholder_format.idx >= 10:
            placeholder.text_frame.text = "repeated"
    assert [block.text for block in convert(saved(deck), "a.pptx").blocks] == ["Title"]


def test_properties_are_the_metadata() -> None:
    deck = pptx.Presentation()
    slide(deck, TITLE, "Title")
    core = deck.core_properties
    core.title, core.author, core.modified = "Roadmap", "Ann", datetime(2026, 1, 2, tzinfo=UTC)
    converted = convert(saved(deck), "a.pptx")
    assert (converted.title, converted.author) == ("Roadmap", "Ann")
    assert converted.modified is not None
    assert converted.modified.replace(tzinfo=UTC) == datetime(2026, 1, 2, tzinfo=UTC)


def test_automatic_numbers_count_by_level() -> None:
    deck = pptx.Presentation()
    frame = box(slide(deck, BLANK))
    for text, level in (("one", 0), ("deep", 1), ("two", 0), ("deep again", 1)):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
        numbered = paragraph._p.get_or_add_pPr().makeelement(qn("a:buAutoNum"), {"type": "arabicPeriod"})
        paragraph._p.get_or_add_pPr().append(numbered)
    assert convert(saved(deck), "a.pptx").blocks == (
        Block("list", "1. one\n  1. deep\n2. two\n  1. deep again", page=1),
    )
