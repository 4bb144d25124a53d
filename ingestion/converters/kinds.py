"""What a file is: by its content first, by its extension second."""

from __future__ import annotations

import io
import re
from pathlib import PurePath
from typing import Literal

from ingestion.converters.decoding import CONTROL, in_utf8
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.signatures import Foreign, foreign
from ingestion.converters.zip_kinds import ZipKind, zip_kind

Kind = (
    ZipKind
    | Literal["pdf", "html", "markdown", "text", "csv", "json", "xml", "rtf", "mail", "mailbox", "outlook"]
)

EXTENSIONS: dict[str, Kind] = {
    ".pdf": "pdf",
    ".docx": "docx", ".docm": "docx", ".dotx": "docx",
    ".pptx": "pptx", ".pptm": "pptx", ".ppsx": "pptx",
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".xltx": "xlsx",
    ".odt": "opendocument", ".ods": "opendocument", ".odp": "opendocument",
    ".epub": "epub",
    ".zip": "archive",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".md": "markdown", ".markdown": "markdown",
    ".csv": "csv", ".tsv": "csv",
    ".json": "json", ".jsonl": "json", ".ndjson": "json",
    ".xml": "xml",
    ".rtf": "rtf",
    ".eml": "mail", ".mbox": "mailbox", ".msg": "outlook",
    ".txt": "text", ".text": "text", ".log": "text",
}  # fmt: skip
# Files of these kinds begin with bytes of their own: without them, the extension errs.
MARKED = frozenset(("pdf", "docx", "pptx", "xlsx", "opendocument", "epub", "archive", "rtf", "outlook"))
ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names of streams in an OLE file, and what has them.
OLE_STREAMS = (
    ("EncryptedPackage", None),
    ("__properties_version1.0", "outlook"),
    ("WordDocument", Foreign("an old Word document (.doc)", "Save it as DOCX.")),
    ("Workbook", Foreign("an old Excel workbook (.xls)", "Save it as XLSX.")),
    ("Book", Foreign("an old Excel workbook (.xls)", "Save it as XLSX.")),
    ("PowerPoint Document", Foreign("an old PowerPoint file (.ppt)", "Save it as PPTX.")),
    ("VisioDocument", Foreign("a Visio drawing", "Save it as PDF.")),
    ("Quill", Foreign("a Publisher file", "Save it as PDF.")),
    ("MatOST", Foreign("a Works document", "Save it as DOCX.")),
)
OTHER_OLE = Foreign("a file of an old office format", "Save it as DOCX, XLSX, PPTX or PDF.")
HTML_START = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
XML_START = re.compile(rb"^\s*<\?xml\s")
WORD_XML = re.compile(rb"<\?mso-application\s+progid=.(Word|Excel|PowerPoint)\.")
MAIL_FIELD = re.compile(
    rb"^(received|return-path|message-id|mime-version|delivered-to|x-[\w-]+|dkim-signature"
    rb"|from|to|cc|subject|date|content-type|reply-to|sender):",
    re.IGNORECASE | re.MULTILINE,
)
# A letter may begin with From, To and Subject; only programs write these.
TECHNICAL = frozenset((b"received", b"return-path", b"message-id", b"mime-version", b"delivered-to"))
MIN_MAIL_FIELDS = 3
HEAD_BYTES = 1024
MAX_BINARY_SHARE = 0.1


def kind_of(content: bytes, name: str) -> Kind:
    """The converter to use; `unknown type`, `encrypted`, `empty` or `corrupt` where there is none."""
    head = content[:HEAD_BYTES]
    if not content.strip(b"\0 \t\r\n"):
        raise ConversionFailed("empty", f"{name} is empty.")
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(ZIP_MARKS):
        found = zip_kind(io.BytesIO(content), name)
        if isinstance(found, Foreign):
            raise unknown_type(name, found)
        return found
    if head.startswith(OLE_MARK):
        return _ole_kind(content, name)
    return _kind_by_head(head, name)


def foreign_kind(head: bytes, name: str) -> Foreign | None:
    """Why a file is not worth converting, from its first bytes alone; None where it may be."""
    if b"%PDF-" in head or head.startswith((*ZIP_MARKS, OLE_MARK)):
        return None
    known = PurePath(name).suffix.lower() in EXTENSIONS
    return foreign(head) or (None if known or not _is_binary(head) else _unnamed(name))


def _kind_by_head(head: bytes, name: str) -> Kind:
    extension = PurePath(name).suffix.lower()
    found = foreign(head)
    if found:
        raise unknown_type(name, found)
    if head.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    kind = EXTENSIONS.get(extension)
    if kind is None and _is_binary(head):
        raise unknown_type(name, _unnamed(name))
    by_text = _kind_by_text(in_utf8(head), name, kind)
    if by_text in MARKED:
        raise ConversionFailed(
            "corrupt", f"{name} is no {extension[1:].upper()} file: its first bytes are {head[:8]!r}."
        )
    return by_text


def _kind_by_text(head: bytes, name: str, by_extension: Kind | None) -> Kind:
    """By what the text begins with; by the extension where that tells nothing."""
    if HTML_START.match(head):
        return "html"
    if match := WORD_XML.search(head):
        program = match.group(1).decode()
        form = {"Word": "DOCX", "Excel": "XLSX", "PowerPoint": "PPTX"}[program]
        raise unknown_type(name, Foreign(f"a {program} file in the form of XML", f"Save it as {form}."))
    if XML_START.match(head):
        return "xml"
    if head.startswith(b"From ") and by_extension in (None, "text", "mail", "mailbox") and _is_mail(head):
        return "mailbox"
    if (by_extension in (None, "text", "mail") or by_extension in MARKED) and _is_mail(head):
        return "mail"
    if by_extension is None and head.lstrip()[:1] in (b"{", b"["):
        return "json"  # which reads as text what is none
    return by_extension or "text"


def _is_mail(head: bytes) -> bool:
    """Whether the first lines are header fields of a message."""
    lines = head.lstrip().split(b"\n\n", 1)[0].replace(b"\r", b"")
    fields = {match.group(1).lower() for match in MAIL_FIELD.finditer(lines)}
    starts = MAIL_FIELD.match(lines) is not None or lines.startswith(b"From ")
    return starts and len(fields) >= MIN_MAIL_FIELDS and bool(fields & TECHNICAL)


def _ole_kind(content: bytes, name: str) -> Kind:
    for stream, found in OLE_STREAMS:
        # Names stand in the directory, each closed by a zero character.
        if f"{stream}\0".encode("utf-16-le") not in content:
            continue
        if found is None:
            raise ConversionFailed("encrypted", f"{name} is encrypted.")
        if isinstance(found, Foreign):
            raise unknown_type(name, found)
        return "outlook"
    raise unknown_type(name, OTHER_OLE)


def _is_binary(head: bytes) -> bool:
    """Bytes that are no text in UTF-8, UTF-16 or UTF-32, nor in any encoding of one byte or two."""
    text = in_utf8(head)
    return b"\0" in text or len(CONTROL.findall(text.decode("latin-1"))) > MAX_BINARY_SHARE * len(text)


def _unnamed(name: str) -> Foreign:
    extension = PurePath(name).suffix
    what = f'binary data of type "{extension}"' if extension else "binary data of no known type"
    return Foreign(what, "Save it as PDF, an office format, HTML or text, or leave it out.")


def unknown_type(name: str, found: Foreign) -> ConversionFailed:
    return ConversionFailed("unknown type", f"{name} is {found.what}.", found.remedy)
