from __future__ import annotations

import io
import zipfile

import docx
import pptx
import pytest

from ingestion.converters.failure import ConversionFailed, Reason
from ingestion.converters.kinds import is_convertible, kind_of
from tests.ingestion.converters.files import pdf, saved


def archive(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (pdf(lambda canvas: canvas.drawString(50, 50, "x")), "report.txt", "pdf"),
        (saved(docx.Document()), "report.pdf", "docx"),
        (saved(pptx.Presentation()), "report", "pptx"),
        (b"<!DOCTYPE html><p>x", "page.pdf", "html"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><!-- x --><html>", "page", "html"),
        (b"# Title", "NOTES.MD", "markdown"),
        (b"Text", "notes.txt", "text"),
        (b"Text", "README", "text"),
    ],
)
def test_content_decides_before_the_extension(content: bytes, name: str, expected: str) -> None:
    assert kind_of(content, name) == expected


@pytest.mark.parametrize(
    ("content", "name", "reason", "words"),
    [
        (b"", "a.pdf", "empty", "a.pdf is empty"),
        (b" \r\n\0", "a.txt", "empty", "a.txt is empty"),
        (b"a,b", "a.csv", "unknown type", '".csv"'),
        (b"{\\rtf1", "a.txt", "unknown type", "Rich Text Format"),
        (archive(a=b"x"), "a.zip", "unknown type", "known types are DOCX, HTM, HTML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "a.doc", "unknown type", "old office format"),
        (b"PK\x03\x04 and no more", "a.docx", "corrupt", "damaged archive"),
        (b"just text", "a.pdf", "corrupt", "not a PDF file"),
    ],
)
def test_what_cannot_be_converted_is_named(content: bytes, name: str, reason: Reason, words: str) -> None:
    with pytest.raises(ConversionFailed) as caught:
        kind_of(content, name)
    assert caught.value.reason == reason
    assert words in caught.value.what
    assert caught.value.remedy


def test_an_office_file_with_a_password_is_encrypted() -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(ConversionFailed, match=r"plan\.docx is encrypted") as caught:
        kind_of(content, "plan.docx")
    assert caught.value.reason == "encrypted"


def test_the_first_bytes_tell_whether_to_try() -> None:
    assert is_convertible(b"anything", "a.docx")
    assert is_convertible(b"%PDF-1.4", "a.bin")
    assert not is_convertible(b"a,b", "a.csv")
    assert not is_convertible(b"\x7fELF\0", "program")
