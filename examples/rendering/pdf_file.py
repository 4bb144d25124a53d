"""PDF: headings in larger bold type, tables with rules, the page number in the footer."""

from __future__ import annotations

import io
import re
from datetime import datetime
from html import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, ListFlowable, SimpleDocTemplate, Spacer
from reportlab.platypus import Paragraph as PdfParagraph
from reportlab.platypus import Table as PdfTable

from examples.rendering.source import Aside, Heading, ItemList, Paragraph, Source, SourceBlock, Table

BOLD = "Helvetica-Bold"
MARGIN = 2.2 * cm
TITLE = ParagraphStyle("Title", fontName=BOLD, fontSize=20, leading=25, spaceAfter=14)
HEADINGS = {
    2: ParagraphStyle(
        "Heading", fontName=BOLD, fontSize=15, leading=19, spaceBefore=10, spaceAfter=6, keepWithNext=1
    ),
    3: ParagraphStyle(
        "Subheading", fontName=BOLD, fontSize=12.5, leading=16, spaceBefore=6, spaceAfter=4, keepWithNext=1
    ),
}
BODY = ParagraphStyle("Body", fontName="Helvetica", fontSize=11, leading=15, spaceAfter=7)
TABLE_RULES = [
    ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
    ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


def render(source: Source) -> bytes:
    """Pages are left uncompressed, so that the bytes do not depend on the version of zlib."""
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        **dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN),
        title=source.title,
        author=source.author,
        creator="Tarnbeck Metering",
        lang=source.language,
        invariant=1,
        pageCompression=0,
    )

    def footer(canvas: Canvas, _: SimpleDocTemplate) -> None:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(MARGIN, 1.2 * cm, "Tarnbeck Metering - internal")
        canvas.drawRightString(A4[0] - MARGIN, 1.2 * cm, f"Page {canvas.getPageNumber()}")

    story: list[Flowable] = [PdfParagraph(escape(source.title), TITLE)]
    for block in source.blocks:
        story += _flowables(block)
    document.build(story, onFirstPage=footer, onLaterPages=footer)
    return _dated(target.getvalue(), source)


def _flowables(block: SourceBlock) -> list[Flowable]:
    match block:
        case Heading(level, text):
            return [PdfParagraph(escape(text), HEADINGS[level])]
        case Paragraph(text) | Aside(text):
            return [PdfParagraph(escape(text), BODY)]
        case ItemList(items, numbered):
            entries = [PdfParagraph(escape(item), BODY) for item in items]
            bullet = {"bulletType": "1"} if numbered else {"bulletType": "bullet", "start": "•"}
            return [ListFlowable(entries, leftIndent=16, **bullet)]
        case Table(rows):
            cells = [[PdfParagraph(escape(cell), BODY) for cell in row] for row in rows]
            return [PdfTable(cells, style=TABLE_RULES, hAlign="LEFT", repeatRows=1), Spacer(1, 0.3 * cm)]


def _dated(pdf: bytes, source: Source) -> bytes:
    """Put in the document's own dates: reportlab knows one fixed date for both, of the same length."""
    for key, moment in (("CreationDate", source.created), ("ModDate", source.modified)):
        pdf = re.sub(rf"/{key} \(D:[^)]*\)".encode(), f"/{key} ({_pdf_date(moment)})".encode(), pdf)
    return pdf


def _pdf_date(moment: datetime) -> str:
    return f"D:{moment:%Y%m%d%H%M%S}+00'00'"
