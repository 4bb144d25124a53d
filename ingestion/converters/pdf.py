"""PDF: paragraphs, headings, lists and tables, told from the place and the font of the characters."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import pypdfium2.raw as pdfium

from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.metadata import parse_date
from ingestion.converters.pdf_fragments import Fragment, page_fragments
from ingestion.converters.pdf_furniture import without_furniture
from ingestion.converters.pdf_headings import Outline, outline_key
from ingestion.converters.pdf_structure import structure

MAX_OUTLINE_DEPTH = 6
# Fonts without a table of characters give mere marks.
MIN_READABLE_SHARE = 0.2


def convert(content: bytes, name: str) -> Converted:
    """`encrypted`, `no text layer` or `corrupt` where nothing can be read.

    One thread at a time: PDFium knows no locks.
    """
    with opened_pdf(content, name) as document:
        pages = [fragments for number in range(len(document)) for fragments in _page(document, number)]
        pages = without_furniture(pages)
        _check(document, pages, name)
        stated = document.get_metadata_dict()
        blocks = structure(pages, _outline(document))
    return Converted(
        blocks=tuple(blocks),
        title=stated.get("Title"),
        created=parse_date(stated.get("CreationDate")),
        modified=parse_date(stated.get("ModDate")),
        author=stated.get("Author"),
    )


@contextmanager
def opened_pdf(content: bytes, name: str) -> Iterator[pypdfium2.PdfDocument]:
    # It warns of circular outlines on the terminal of a program that sets up no logging.
    logging.getLogger("pypdfium2").setLevel(logging.ERROR)
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise ConversionFailed("encrypted", f"{name} is encrypted.") from error
        raise ConversionFailed("corrupt", f"{name} is a damaged PDF file.") from error
    with document:
        yield document


def _page(document: pypdfium2.PdfDocument, number: int) -> Iterator[list[Fragment]]:
    """A page that cannot be loaded counts as empty: the others may hold what is asked for."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        yield []
        return
    text_page = page.get_textpage()
    try:
        yield page_fragments(text_page, number + 1, page.get_height())
    finally:
        text_page.close()
        page.close()


def _check(document: pypdfium2.PdfDocument, pages: list[list[Fragment]], name: str) -> None:
    if not pages:
        raise ConversionFailed("corrupt", f"{name} is a damaged PDF file: it has no page.")
    text = "".join(fragment.text for fragments in pages for fragment in fragments)
    if sum(character.isalnum() for character in text) >= MIN_READABLE_SHARE * len(text) > 0:
        return
    if text or any(_is_drawn(document, number) for number in range(len(pages))):
        shown = f"{len(pages)} pages" if len(pages) > 1 else "page"
        raise ConversionFailed("no text layer", f"{name} has no text layer, only pictures of its {shown}.")
    raise ConversionFailed("empty", f"{name} holds no text.")


def _is_drawn(document: pypdfium2.PdfDocument, number: int) -> bool:
    """Whether anything stands on the page."""
    try:
        return next(document[number].get_objects(), None) is not None
    except pypdfium2.PdfiumError:
        return False


def _outline(document: pypdfium2.PdfDocument) -> Outline:
    """Levels of bookmarks by page number and title."""
    outline: Outline = {}
    for bookmark in document.get_toc(max_depth=MAX_OUTLINE_DEPTH):
        destination = bookmark.get_dest()
        page = None if destination is None else destination.get_index()
        if page is not None:
            outline[(page + 1, outline_key(bookmark.get_title()))] = bookmark.level + 1
    return outline
