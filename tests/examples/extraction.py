"""The text of a file of the knowledge base, by the format's own library and independent of our converters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import docx
import pypdfium2
from bs4 import BeautifulSoup
from pptx import Presentation

CELL_BORDERS = re.compile(r"\s*\|\s*|\s+")


def text_of(path: Path) -> str:
    """All text of the file in reading order, normalised like a quotation."""
    readers = {".docx": _word, ".html": _html, ".pdf": _pdf, ".pptx": _slides}
    return normalised(readers[path.suffix](path) if path.suffix in readers else path.read_text("utf-8"))


def normalised(text: str) -> str:
    """One space for white space and for the borders of table cells."""
    return CELL_BORDERS.sub(" ", text).strip()


def _word(path: Path) -> str:
    document = docx.Document(str(path))
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [_row(row.cells) for table in document.tables for row in table.rows]
    return "\n".join(lines)


def _slides(path: Path) -> str:
    lines = []
    for slide in Presentation(str(path)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                lines.append(shape.text_frame.text)
            if shape.has_table:
                lines += [_row(row.cells) for row in shape.table.rows]
        if slide.has_notes_slide:
            lines.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(lines)


def _row(cells: Iterable[Any]) -> str:
    return " | ".join(cell.text for cell in cells)


def _html(path: Path) -> str:
    (article,) = BeautifulSoup(path.read_text("utf-8"), "lxml").find_all("article")
    return article.get_text(" ")


def _pdf(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
