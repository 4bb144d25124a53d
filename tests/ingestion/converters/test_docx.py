from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingestion.converters.docx import convert
from ingestion.converters.failure import ConversionFailed
from ingestion.document import Block
from tests.ingestion.converters.files import saved


def blocks(document: Any) -> tuple[Block, ...]:
    return convert(saved(document), "a.docx").blocks


def paragraph_xml(content: str) -> Any:
    return parse_xml(f"<w:p {nsdecls('w')}>{content}</w:p>")


def test_a_document_gives_its_structure_in_order() -> None:
    document = docx.Document()
    document.add_heading("Travel", 0)
    document.add_heading("Scope", 1)
    document.add_paragraph("First line\nsecond line.")
    document.add_paragraph("one", style="List Bullet")
    document.add_paragraph("deep", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Class", "Limit", "Economy", "100"), strict=True):
        cell.text = text
    document.add_paragraph("")
    document.add_paragraph("first", style="List Number")
    document.add_paragraph("second", style="List Number")
    assert blocks(document) == (
        Block("heading", "Travel", level=1),
        Block("heading", "Scope", level=1),
        Block("paragraph", "First line\nsecond line."),
        Block("list", "- one\n- deep"),
        Block("table", "Class | Limit\nEconomy | 100"),
        Block("list", "1. first\n2. second"),
    )


def test_merged_cells_stand_once_and_nested_tables_in_their_cell() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Wide"
    table.cell(1, 0).text = "a"
    inner = table.cell(1, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "x", "y"
    assert blocks(document) == (Block("table", "Wide\na | x y"),)


def test_changes_count_as_accepted_and_links_as_text() -> None:
    document = docx.Document()
    text = "<w:r><w:t>{}</w:t></w:r>"
    changed = (
        text.format("kept")
        + f'<w:ins w:id="1" w:author="a">{text.format(" added")}</w:ins>'
        + '<w:del w:id="2" w:author="a"><w:r><w:delText> deleted</w:delText></w:r></w:del>'
        + f'<w:hyperlink w:anchor="x">{text.format(" linked")}</w:hyperlink>'
        + "<w:r><w:noBreakHyphen/><w:tab/><w:t>end</w:t></w:r>"
    )
    document.element.body.insert(0, paragraph_xml(changed))
    assert blocks(document) == (Block("paragraph", "kept added linked- end"),)


def test_content_controls_are_read_and_tables_of_contents_left_out() -> None:
    document = docx.Document()
    inside = "<w:sdtContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:sdtContent>"
    control = "<w:sdt {}><w:sdtPr>{}</w:sdtPr>" + inside + "</w:sdt>"
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    document.element.body.insert(0, parse_xml(control.format(nsdecls("w"), gallery, "Contents ... 1")))
    document.element.body.insert(1, parse_xml(control.format(nsdecls("w"), "", "Form field")))
    assert blocks(document) == (Block("paragraph", "Form field"),)


def test_headings_are_told_by_outline_level_too() -> None:
    document = docx.Document()
    style = document.styles.add_style("Chapter", 1)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("By style", style="Chapter")
    outlined = '<w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>By level</w:t></w:r>'
    document.element.body.insert(1, paragraph_xml(outlined))
    assert blocks(document) == (
        Block("heading", "By style", level=2),
        Block("heading", "By level", level=3),
    )


def test_properties_are_the_metadata() -> None:
    document = docx.Document()
    document.add_paragraph("Text.")
    core = document.core_properties
    core.title, core.author, core.language = "Policy", "Ann", "de-DE"
    core.created, core.modified = datetime(2025, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    converted = convert(saved(document), "a.docx")
    assert (converted.title, converted.author, converted.language) == ("Policy", "Ann", "de-DE")
    assert converted.created == datetime(2025, 1, 2, tzinfo=UTC)
    assert converted.modified == datetime(2026, 1, 2, tzinfo=UTC)


def rewritten(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            data = source.read(name)
            made.writestr(name, data.replace(old, new) if name == part else data)
    return target.getvalue()


def test_a_malformed_property_is_unknown_and_nothing_more() -> None:
    document = docx.Document()
    document.add_paragraph("Text.")
    broken = rewritten(saved(document), "docProps/core.xml", b"2013-12-23T23:15:00Z", b"last week")
    assert convert(broken, "a.docx").created is None


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml"])
def test_a_damaged_part_is_corrupt(part: str) -> None:
    broken = rewritten(saved(docx.Document()), part, b"<w:", b"<<w:")
    with pytest.raises(ConversionFailed, match=r"a\.docx is a damaged office file") as caught:
        convert(broken, "a.docx")
    assert caught.value.reason == "corrupt"
    assert caught.value.__cause__ is not None


def test_half_a_file_is_corrupt(tmp_path: Path) -> None:
    content = saved(docx.Document())
    with pytest.raises(ConversionFailed) as caught:
        convert(content[: len(content) // 2], "a.docx")
    assert caught.value.reason == "corrupt"


def test_entities_are_not_expanded() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "boom">]><w:'
    document = docx.Document()
    document.add_paragraph("MARK")
    content = saved(document)
    content = rewritten(
        content, "word/document.xml", b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<w:", bomb
    )
    content = rewritten(content, "word/document.xml", b"MARK", b"kept &a;")
    assert "boom" not in "".join(block.text for block in convert(content, "a.docx").blocks)


def test_links_are_told() -> None:
    document = docx.Document()
    document.add_paragraph("See the other policy.")
    document.part.relate_to("leave.docx", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    assert convert(saved(document), "a.docx").links == ("leave.docx",)
