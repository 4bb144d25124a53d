"""What a file is: by its content first, by its extension second."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePath
from typing import Literal

from ingestion.converters.failure import ConversionFailed

Kind = Literal["pdf", "docx", "pptx", "html", "markdown", "text"]

EXTENSIONS: dict[str, Kind] = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    ".log": "text",
}
# The content types of an office file's main part.
CONTENT_TYPES = "[Content_Types].xml"
OFFICE_TYPES: dict[bytes, Kind] = {
    b"wordprocessingml.document.main+xml": "docx",
    b"presentationml.presentation.main+xml": "pptx",
}
MAX_CONTENT_TYPES_BYTES = 1_000_000
# Content that is known, and known not to be convertible: never text, whatever the extension says.
FOREIGN = (
    (b"{\\rtf", "Rich Text Format"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"%!PS", "PostScript"),
)
OLE_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
HTML_START = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
HEAD_BYTES = 1024


def known_types() -> str:
    """The list that a person is shown."""
    return ", ".join(sorted({extension.removeprefix(".").upper() for extension in EXTENSIONS}))


def kind_of(content: bytes, name: str) -> Kind:
    """The converter to use; `unknown type`, `encrypted`, `empty` or `corrupt` where there is none."""
    head = content[:HEAD_BYTES]
    if not content.strip(b"\0 \t\r\n"):
        raise ConversionFailed("empty", f"{name} is empty.")
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(content, name)
    if head.startswith(OLE_FILE):
        raise _old_office(content, name)
    for magic, description in FOREIGN:
        if head.startswith(magic):
            raise unknown_type(name, description)
    return _kind_of_text(head, name)


def is_convertible(head: bytes, name: str) -> bool:
    """Whether a file may be worth converting, from its first bytes alone."""
    extension = PurePath(name).suffix.lower()
    if extension in EXTENSIONS or b"%PDF-" in head or HTML_START.match(head):
        return True
    return not extension and b"\0" not in head


def _kind_of_text(head: bytes, name: str) -> Kind:
    extension = PurePath(name).suffix.lower()
    if HTML_START.match(head):
        return "html"
    kind = EXTENSIONS.get(extension, None if extension else "text")
    if kind is None:
        raise unknown_type(name, f'of type "{extension}"')
    if kind in ("pdf", "docx", "pptx"):
        raise ConversionFailed(
            "corrupt", f"{name} is not a {kind.upper()} file: its first bytes are {head[:8]!r}."
        )
    return kind


def _kind_of_archive(content: bytes, name: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            types = _content_types(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError) as error:
        raise ConversionFailed("corrupt", f"{name} is a damaged archive: {error}.") from error
    for content_type, kind in OFFICE_TYPES.items():
        if content_type in types:
            return kind
    raise unknown_type(
        name, "an archive or an office file of another kind (a spreadsheet, a template, one with macros)"
    )


def _content_types(archive: zipfile.ZipFile) -> bytes:
    if CONTENT_TYPES not in archive.namelist():
        return b""
    with archive.open(CONTENT_TYPES) as member:
        return member.read(MAX_CONTENT_TYPES_BYTES)


def _old_office(content: bytes, name: str) -> ConversionFailed:
    if ENCRYPTED_STREAM in content:
        return ConversionFailed("encrypted", f"{name} is encrypted.")
    return unknown_type(name, "a file of an old office format")


def unknown_type(name: str, description: str) -> ConversionFailed:
    return ConversionFailed("unknown type", f"{name} is {description}; known types are {known_types()}.")
