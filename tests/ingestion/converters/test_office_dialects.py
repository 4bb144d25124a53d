"""Files with macros, templates and shows are read as the plain ones are."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import docx
import pptx
import pytest

from ingestion.converters import convert_bytes
from tests.ingestion.converters.files import archive, saved

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
POWERPOINT = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"


def word() -> bytes:
    made = docx.Document()
    made.add_heading("Leave", 1)
    made.add_paragraph("All staff.")
    return saved(made)


def slides() -> bytes:
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[0]).shapes.title.text = "Results"
    return saved(made)


def changed(content: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        members = {name: read.read(name) for name in read.namelist()}
    for before, after in changes:
        members = {name: text.replace(before, after) for name, text in members.items()}
    return archive(members)


@pytest.mark.parametrize(
    "kind",
    [
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
        b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ],
)
def test_word(kind: bytes) -> None:
    assert convert_bytes(changed(word(), (WORD, kind)), "a.docm", NOW).text == "Leave\n\nAll staff."


@pytest.mark.parametrize(
    "kind",
    [
        b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        b"application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
        b"application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
        b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
    ],
)
def test_powerpoint(kind: bytes) -> None:
    assert convert_bytes(changed(slides(), (POWERPOINT, kind)), "a.ppsx", NOW).text == "Results"


def test_strict_documents() -> None:
    base = b"http://schemas.openxmlformats.org/"
    strict = changed(
        word(),
        (
            base + b"officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
        (base + b"wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main"),
    )
    assert convert_bytes(strict, "a.docx", NOW).text == "Leave\n\nAll staff."
