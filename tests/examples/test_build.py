"""The files of the knowledge base follow from their sources, byte for byte."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import docx
import pptx
import pytest

from examples.build import KNOWLEDGE_BASE, SOURCES, build
from examples.rendering.source import parse
from storage.errors import InvalidInput


def contents(path: Path) -> dict[str, bytes]:
    """Members of an archive, as their compression depends on the version of zlib; else the file."""
    if path.suffix not in {".docx", ".pptx"}:
        return {path.name: path.read_bytes()}
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_committed_files_are_what_the_sources_make(tmp_path: Path) -> None:
    written = build(SOURCES, tmp_path)
    assert len(written) == sum(path.is_file() and path.suffix != ".md" for path in KNOWLEDGE_BASE.rglob("*"))
    for path in written:
        assert contents(path) == contents(KNOWLEDGE_BASE / path.relative_to(tmp_path)), path.name


def test_building_twice_gives_equal_bytes(tmp_path: Path) -> None:
    first, second = (build(SOURCES / "people", tmp_path / run) for run in ("first", "second"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_source_with_an_unknown_format_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "notes.xyz.md").write_text("text")
    with pytest.raises(InvalidInput, match=r"notes\.xyz\.md names no known format"):
        build(tmp_path, tmp_path / "output")


def test_a_source_without_dates_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match=r"notes lacks \['created', 'modified'\]"):
        parse("---\ntitle: Notes\nauthor: A\n---\ntext", "notes")


def test_a_source_gives_its_dates_and_blocks() -> None:
    front_matter = "---\ntitle: T\nauthor: A\ncreated: 2024-01-02\nmodified: 2024-01-03\n---\n"
    source = parse(front_matter + "## One\n\nA `b`\nc\n\n1. x\n\n| h |\n|---|\n| v |\n", "t")
    assert source.modified == datetime(2024, 1, 3, 9, tzinfo=UTC)
    assert [type(block).__name__ for block in source.blocks] == ["Heading", "Paragraph", "ItemList", "Table"]
    assert "'A b c'" in repr(source.blocks)


def test_word_files_use_words_own_headings_lists_and_tables() -> None:
    document = docx.Document(str(KNOWLEDGE_BASE / "people/travel-policy-2026.docx"))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert styles["Travel policy"] == "Title"
    assert styles["Daily allowance"] == "Heading 1"
    assert [cell.text for cell in document.tables[0].rows[4].cells] == [
        "Hotel, London",
        "up to 175 GBP a night",
    ]


def test_slides_have_titles_bullets_a_table_and_notes() -> None:
    slide = pptx.Presentation(str(KNOWLEDGE_BASE / "finance/quarterly-results-2025-q2.pptx")).slides[2]
    assert slide.shapes.title.text == "Revenue by line"
    (table,) = (shape.table for shape in slide.shapes if shape.has_table)
    assert table.cell(1, 0).text == "Rill meters"
    assert "one gateway for 34 loggers" in slide.notes_slide.notes_text_frame.text


def test_pages_carry_language_author_and_dates() -> None:
    page = (KNOWLEDGE_BASE / "people/hybrid-work.html").read_text("utf-8")
    assert '<html lang="en">' in page
    assert '<meta name="author" content="Imogen Raistrick">' in page
    assert '<meta name="dcterms.modified" content="2026-02-09T09:00:00+00:00">' in page


def test_pdf_headings_are_larger_and_bolder_than_the_text() -> None:
    pdf = (KNOWLEDGE_BASE / "operations/calibration-procedure.pdf").read_bytes()
    fonts = dict(re.findall(rb"/BaseFont /([\w-]+) .*?/Name /(F\d+)", pdf))
    bold, plain = (fonts[name].decode() for name in (b"Helvetica-Bold", b"Helvetica"))
    text = pdf.decode("latin-1")
    assert re.search(rf"/{bold} 15 Tf .*?\(Test points\)", text)
    assert re.search(rf"/{plain} 11 Tf .*?\(Clean the test pipe", text)
