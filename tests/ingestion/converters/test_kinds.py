from __future__ import annotations

import docx
import pptx
import pytest

from ingestion.converters.failure import ConversionFailed, Reason
from ingestion.converters.kinds import foreign_kind, kind_of
from tests.ingestion.converters.files import archive, pdf, saved

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)
ODT = b"application/vnd.oasis.opendocument.text"
WORD_XML = b"<?xml version='1.0'?><?mso-application progid='Word.Document'?>"
MAIL = b"From: a@b.c\r\nTo: d@e.f\r\nSubject: Hi\r\nMessage-ID: <1@b.c>\r\n\r\nText.\r\n"


def stream(name: str) -> bytes:
    return OLE + f"{name}\0".encode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (pdf(lambda canvas: canvas.drawString(50, 50, "x")), "report.txt", "pdf"),
        (saved(docx.Document()), "report.pdf", "docx"),
        (saved(docx.Document()), "report.zip", "docx"),
        (saved(pptx.Presentation()), "report", "pptx"),
        (archive({"mimetype": ODT, "content.xml": b"<x/>"}), "a", "opendocument"),
        (archive({"META-INF/container.xml": b"<x/>"}), "book.zip", "epub"),
        (archive({"a.txt": b"x"}), "a.docx", "archive"),
        (b"{\\rtf1\\ansi x}", "letter.doc", "rtf"),
        (stream("__properties_version1.0"), "mail.dat", "outlook"),
        (b"<!DOCTYPE html><p>x", "page.pdf", "html"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><!-- x --><html>", "page", "html"),
        ("<html><p>x".encode("utf-16"), "page.txt", "html"),
        (b"<?xml version='1.0'?><a>x</a>", "data.txt", "xml"),
        (MAIL, "saved.txt", "mail"),
        (MAIL.decode().encode("utf-16-le"), "saved", "mail"),
        (b"From a@b.c Mon Jul 20 01:01:07 2015\n" + MAIL, "inbox", "mailbox"),
        (b"From: Ann\nTo: Bob\nSubject: Leave\n\nA letter.", "letter.txt", "text"),
        (b'{"a": 1}', "data", "json"),
        (b'{"a": 1}', "data.txt", "text"),
        (b"a,b", "a.csv", "csv"),
        (b"# Title", "NOTES.MD", "markdown"),
        (b"Text", "notes.txt", "text"),
        (b"Text", "README", "text"),
        (b"Text in a file of some program", "notes.xyz", "text"),
    ],
)  # fmt: skip
def test_content_decides_before_the_extension(content: bytes, name: str, expected: str) -> None:
    assert kind_of(content, name) == expected


@pytest.mark.parametrize(
    ("content", "name", "reason", "words"),
    [
        (b"", "a.pdf", "empty", "a.pdf is empty"),
        (b" \r\n\0", "a.txt", "empty", "a.txt is empty"),
        (b"\x89PNG\r\n\x1a\n", "a.txt", "unknown type", "a picture (PNG)"),
        (b"MZ" + bytes(80), "a.exe", "unknown type", "a program (Windows)"),
        (b"ID3\x04\0", "a.pdf", "unknown type", "a sound recording (MP3)"),
        (b"\0\0\0\x18ftypmp42", "a.mp4", "unknown type", "a film (MP4)"),
        (b"\x1f\x8b\x08\0", "a.tar.gz", "unknown type", "an archive (gzip)"),
        (b"SQLite format 3\0", "a.db", "unknown type", "a database (SQLite)"),
        (b"<svg xmlns='x'>", "a.svg", "unknown type", "a picture (SVG)"),
        (WORD_XML, "a.xml", "unknown type", "a Word file in the form of XML"),
        (stream("WordDocument"), "a.doc", "unknown type", "an old Word document"),
        (stream("Workbook"), "a.docx", "unknown type", "an old Excel workbook"),
        (stream("PowerPoint Document"), "a.ppt", "unknown type", "an old PowerPoint file"),
        (OLE, "a.doc", "unknown type", "old office format"),
        (stream("EncryptedPackage"), "plan.docx", "encrypted", "plan.docx is encrypted"),
        (archive({"[Content_Types].xml": b"ms-excel.sheet.binary"}), "a.xlsb", "unknown type", "XLSB"),
        (archive({"Index/Document.iwa": b""}), "a.pages", "unknown type", "Pages"),
        (bytes(range(32)) * 9, "a.dat", "unknown type", 'binary data of type ".dat"'),
        (b"PK\x03\x04 and no more", "a.docx", "corrupt", "damaged archive"),
        (b"just text", "a.pdf", "corrupt", "is no PDF file"),
    ],
)  # fmt: skip
def test_what_cannot_be_converted_is_named(content: bytes, name: str, reason: Reason, words: str) -> None:
    with pytest.raises(ConversionFailed) as caught:
        kind_of(content, name)
    assert caught.value.reason == reason
    assert words in caught.value.what
    assert caught.value.remedy


def test_an_old_office_file_is_to_be_saved_as_a_new_one() -> None:
    with pytest.raises(ConversionFailed) as caught:
        kind_of(stream("WordDocument"), "a.doc")
    assert caught.value.remedy == "Save it as DOCX."


def test_the_first_bytes_tell_what_is_not_worth_a_try() -> None:
    for head, name in (
        (b"%PDF-1.4", "a.bin"),
        (b"a,b", "a"),
        (b"PK\x03\x04", "a"),
        ("a".encode("utf-16"), "a"),
    ):
        assert foreign_kind(head, name) is None
    program = foreign_kind(b"\x7fELF\0", "a.txt")
    assert program is not None
    assert program.what == "a program (ELF)"
    assert foreign_kind(bytes(range(30)), "a.bin") is not None
