"""The door: `ingestion.converters.convert`."""

from __future__ import annotations

import logging
import warnings
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest

from examples.rendering import html_page, pdf_file, slide_deck, word_file
from examples.rendering.source import parse
from ingestion.converters import ConversionFailed, Limits, convert, convert_bytes
from ingestion.converters.failure import Reason
from ingestion.document import Document
from tests.ingestion.converters.files import pdf, saved

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MEGABYTE = 1_000_000
SOURCE = """---
title: Travel policy
author: Ann Lee
created: 2025-02-03
modified: 2026-03-04
---
## Scope

The policy applies to everybody who travels for the company, by train or by aeroplane.

## Booking

Book at least two weeks ahead, and ask your manager before you book a flight inside of Europe.

- Trains are first choice below five hours.
- Flights in economy class only.

## Allowances

| Country | Euro a day |
|---------|------------|
| Austria | 30 |
| Germany | 28 |

Hotels are paid against the invoice.
"""


def rendered() -> dict[str, bytes]:
    source = parse(SOURCE, "travel.md")
    return {
        "travel.md": SOURCE.encode(),
        "travel.html": html_page.render(source),
        "travel.docx": word_file.render(source),
        "travel.pdf": pdf_file.render(source),
        "travel.pptx": slide_deck.render(source),
    }


def words(document: Document) -> set[str]:
    return {word.strip(".,|-") for word in document.text.split()} - {""}


def test_all_formats_give_one_document() -> None:
    documents = {name: convert_bytes(content, name, NOW) for name, content in rendered().items()}
    reference = documents["travel.md"]
    for name, document in documents.items():
        assert document.title == "Travel policy", name
        assert document.author == "Ann Lee", name
        assert document.language == "en", name
        assert document.created is not None, name
        assert document.created.date().isoformat() == "2025-02-03", name
        assert document.modified is not None, name
        assert document.modified.date().isoformat() == "2026-03-04", name
        assert words(reference) <= words(document), name
        headings = [block.text for block in document.blocks if block.kind == "heading"]
        assert [text for text in headings if text != "Travel policy"] == ["Scope", "Booking", "Allowances"], (
            name
        )
        assert "Austria | 30" in document.text, name
        assert "- Trains are first choice below five hours." in document.text, name


def test_the_template_dates_and_author_of_a_library_are_unknown() -> None:
    made = docx.Document()
    made.add_paragraph("Text.")
    document = convert_bytes(saved(made), "sub/My_notes.docx", NOW)
    assert (document.id, document.title, document.author) == ("sub/My_notes.docx", "My notes", None)
    assert (document.created, document.modified) == (None, None)


def test_a_date_beyond_the_clock_is_unknown() -> None:
    content = b"---\ndate: 2026-07-01\n---\nText."
    assert convert_bytes(content, "a.md", NOW).created is None
    assert convert_bytes(content, "a.md", datetime(2026, 8, 1, tzinfo=UTC)).created is not None


def test_the_declared_language_is_kept_and_else_the_text_tells() -> None:
    german = "Beschäftigte dürfen höchstens fünf Urlaubstage in das nächste Kalenderjahr übertragen.".encode()
    assert convert_bytes(german, "a.txt", NOW).language == "de"
    assert convert_bytes(b"---\nlang: fr-CA\n---\nOK.", "a.md", NOW).language == "fr"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("zero.pdf", b"", "empty"),
        ("blank.docx", saved(docx.Document()), "empty"),
        ("comment.md", b"<!-- nothing -->", "empty"),
        ("garbage.txt", bytes(range(256)) * 50, "corrupt"),
        ("sheet.xlsx", b"PK\x05\x06" + bytes(18), "empty"),
        ("half.pdf", pdf(lambda canvas: canvas.drawString(9, 9, "x"))[:60], "corrupt"),
        ("big.txt", b"x" * (MEGABYTE + 1), "too large"),
    ],
)
def test_a_file_is_refused_by_name_reason_and_remedy(
    name: str, content: bytes, reason: Reason, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ConversionFailed) as caught:
        convert(path, name, Limits(max_bytes=MEGABYTE))
    assert caught.value.reason == reason
    assert name in caught.value.what
    assert caught.value.remedy


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(ConversionFailed, match="No such file") as caught:
        convert(tmp_path / "gone.md", "gone.md", Limits(max_bytes=MEGABYTE))
    assert caught.value.reason == "unreadable"


def test_libraries_print_nothing(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with warnings.catch_warnings(record=True) as warned, caplog.at_level(logging.WARNING):
        warnings.simplefilter("always")
        for name, content in rendered().items():
            convert_bytes(content, name, NOW)
            with pytest.raises(ConversionFailed):
                convert_bytes(content[:40] + b"\0\x01" * 200, name, NOW)
    assert capfd.readouterr() == ("", "")
    assert [str(warning.message) for warning in warned] == []
    assert caplog.records == []
