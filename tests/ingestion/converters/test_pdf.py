from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.platypus import ListFlowable, PageBreak, SimpleDocTemplate, Table
from reportlab.platypus import Paragraph as Text

from ingestion.converters.failure import ConversionFailed
from ingestion.converters.pdf import convert
from ingestion.document import Block
from tests.ingestion.converters.files import pdf

STYLES = getSampleStyleSheet()
BODY = STYLES["BodyText"]
SENTENCE = "Employees may carry over at most five days of annual leave into the next calendar year. "


def _plain(canvas: Any, template: Any) -> None:
    """Nothing beside the text."""


def typeset(*flowables: Any, decorate: Callable[[Any, Any], None] | None = None) -> tuple[Block, ...]:
    target = io.BytesIO()
    template = SimpleDocTemplate(target, invariant=1)
    template.build(list(flowables), onFirstPage=decorate or _plain, onLaterPages=decorate or _plain)
    return convert(target.getvalue(), "a.pdf").blocks


def test_a_document_gives_its_structure_in_order() -> None:
    cells = [[Text(cell, BODY) for cell in row] for row in (("Class", "Limit a day"), ("Economy", "100 EUR"))]
    items = ListFlowable([Text("one", BODY), Text(SENTENCE * 2, BODY)], bulletType="bullet", start="•")
    found = typeset(
        *(
            Text("Travel policy", STYLES["Title"]),
            Text("Scope", STYLES["Heading2"]),
            Text(SENTENCE * 3, BODY),
        ),
        *(Table(cells), Text("Leave", STYLES["Heading2"]), items),
    )
    assert found == (
        Block("heading", "Travel policy", level=1, page=1),
        Block("heading", "Scope", level=2, page=1),
        Block("paragraph", (SENTENCE * 3).strip(), page=1),
        Block("table", "Class | Limit a day\nEconomy | 100 EUR", page=1),
        Block("heading", "Leave", level=2, page=1),
        Block("list", f"- one\n- {(SENTENCE * 2).strip()}", page=1),
    )


def test_what_pages_repeat_at_their_edges_is_left_out() -> None:
    def decorate(canvas: Any, template: Any) -> None:
        canvas.drawString(72, 800, "Acme Corp internal")
        canvas.drawString(300, 30, f"Page {canvas.getPageNumber()} of 3")

    pages = [part for word in ("one", "two", "three") for part in (Text(f"Body {word}.", BODY), PageBreak())]
    assert [(block.text, block.page) for block in typeset(*pages, decorate=decorate)] == [
        ("Body one.", 1),
        ("Body two.", 2),
        ("Body three.", 3),
    ]


def test_a_paragraph_cut_by_a_page_is_whole_on_its_first_page() -> None:
    text = "and ".join(f"paragraph {number} of the law says something else " for number in range(150)).strip()
    (block,) = typeset(Text(text, BODY))
    assert block.page == 1
    assert block.text == text


def test_hyphens_at_the_end_of_lines_are_mended() -> None:
    def draw(canvas: Any) -> None:
        for number, line in enumerate(["The com-", "mittee sets the long-", "term budget, long-term only."]):
            canvas.drawString(72, 700 - 14 * number, line)

    (block,) = convert(pdf(draw), "a.pdf").blocks
    assert block.text == "The committee sets the long-term budget, long-term only."


def test_bold_lines_of_body_size_are_headings() -> None:
    bold = ParagraphStyle("Bold", parent=BODY, fontName="Helvetica-Bold")
    found = typeset(Text("Scope", bold), Text(SENTENCE * 2, BODY), Text("Note:", bold), Text(SENTENCE, BODY))
    assert [(block.kind, block.level) for block in found] == [
        ("heading", 1),
        ("paragraph", 0),
        ("paragraph", 0),
        ("paragraph", 0),
    ]


def test_the_outline_names_headings_and_their_levels() -> None:
    def draw(canvas: Any) -> None:
        for number, (title, level) in enumerate((("Part", 0), ("Scope", 1), ("Limits", 1))):
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level)
            canvas.drawString(72, 700 - 80 * number, title)
            canvas.drawString(72, 660 - 80 * number, f"Text of {title} in the same font and size.")

    found = convert(pdf(draw), "a.pdf").blocks
    assert [(block.text, block.level) for block in found if block.kind == "heading"] == [
        ("Part", 1),
        ("Scope", 2),
        ("Limits", 2),
    ]


def test_two_columns_are_read_one_after_the_other() -> None:
    def draw(canvas: Any) -> None:
        for left, word in ((72, "left"), (320, "right")):
            for number in range(30):
                canvas.drawString(left, 700 - 14 * number, f"The {word} column goes on in line {number}")

    text = " ".join(block.text for block in convert(pdf(draw), "a.pdf").blocks)
    assert text.index("left column goes on in line 29") < text.index("right column goes on in line 0")
    assert "|" not in text


def test_a_page_turned_by_a_quarter_is_read_upright() -> None:
    def draw(canvas: Any) -> None:
        canvas.rotate(90)
        for number, line in enumerate(["Employees may carry over", "at most five days."]):
            canvas.drawString(100, -100 - 14 * number, line)

    (block,) = convert(pdf(draw), "a.pdf").blocks
    assert block.text == "Employees may carry over at most five days."


def test_metadata_are_those_of_the_file() -> None:
    def draw(canvas: Any) -> None:
        canvas.setTitle("Travel policy")
        canvas.setAuthor("Ann")
        canvas.drawString(72, 700, "Text.")

    converted = convert(pdf(draw), "a.pdf")
    assert (converted.title, converted.author) == ("Travel policy", "Ann")
    assert converted.created == datetime(2000, 1, 1, tzinfo=UTC)


def refused(content: bytes) -> ConversionFailed:
    with pytest.raises(ConversionFailed) as caught:
        convert(content, "a.pdf")
    return caught.value


def test_a_password_is_named() -> None:
    locked = pdf(lambda canvas: canvas.drawString(72, 700, "x"), encrypt=StandardEncryption("user", "owner"))
    assert refused(locked).reason == "encrypted"


def test_an_owner_password_alone_does_not_stop_a_reader() -> None:
    content = pdf(lambda canvas: canvas.drawString(72, 700, "Text."), encrypt=StandardEncryption("", "owner"))
    assert convert(content, "a.pdf").blocks[0].text == "Text."


def test_a_picture_of_text_has_no_text_layer() -> None:
    page = pypdfium2.PdfDocument(pdf(lambda canvas: canvas.drawString(72, 700, "Text.")))[0]
    picture = page.render(scale=0.5).to_pil()
    problem = refused(pdf(lambda canvas: canvas.drawInlineImage(picture, 0, 0)))
    assert problem.reason == "no text layer"
    assert "OCR" in problem.remedy


def test_blank_pages_are_empty() -> None:
    assert refused(pdf(lambda canvas: canvas.showPage())).reason == "empty"


@pytest.mark.parametrize("content", [b"%PDF-1.7\n%%EOF", b"%PDF-1.4" + bytes(range(256)) * 20])
def test_damaged_files_are_corrupt(content: bytes) -> None:
    problem = refused(content)
    assert problem.reason == "corrupt"
    assert problem.__cause__ is not None or "no page" in problem.what
