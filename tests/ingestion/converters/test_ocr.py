"""Text recognition, with a program in tesseract's place that tells what it was given."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.converters import ConversionFailed, Limits, convert_bytes
from tests.ingestion.converters.files import pdf

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OCR = Limits(ocr_languages="deu+eng")
SCRIPT = """#!/bin/sh
read -r magic
test -n "$FAIL" && { echo 'no such language' >&2; exit 1; }
echo "Page read by $*"
"""


def drawn(pages: int) -> bytes:
    def draw(canvas: object) -> None:
        for _ in range(pages):
            canvas.rect(50, 50, 100, 100, fill=1)  # type: ignore[attr-defined]
            canvas.showPage()  # type: ignore[attr-defined]

    return pdf(draw)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "tesseract"
    path.write_text(SCRIPT)
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return path


def test_pages_without_text_are_read_with_their_numbers(program: Path) -> None:
    found = convert_bytes(drawn(2), "scan.pdf", NOW, OCR)
    assert [(block.text, block.page) for block in found.blocks] == [
        ("Page read by stdin stdout -l deu+eng", 1),
        ("Page read by stdin stdout -l deu+eng", 2),
    ]


def test_it_is_off_unless_asked_for(program: Path) -> None:
    with pytest.raises(ConversionFailed, match="only pictures of its page") as caught:
        convert_bytes(drawn(1), "scan.pdf", NOW)
    assert "let ingestion do so" in caught.value.remedy


def test_a_missing_or_failing_program_is_named(
    program: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FAIL", "1")
    with pytest.raises(ConversionFailed, match="could not read it: no such language"):
        convert_bytes(drawn(1), "scan.pdf", NOW, OCR)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(ConversionFailed, match="is not installed") as caught:
        convert_bytes(drawn(1), "scan.pdf", NOW, OCR)
    assert caught.value.remedy == "Install tesseract."
