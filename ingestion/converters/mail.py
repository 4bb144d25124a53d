"""E-mail messages (.eml): header lines, the body as text or HTML, and what is attached, as one document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message as Mime
from email.utils import parseaddr, parsedate_to_datetime

from ingestion.converters import html
from ingestion.converters import text as plain
from ingestion.converters.converted import Converted
from ingestion.converters.decoding import decode, in_utf8
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.mail_parts import Attachment, Message, converted_message
from ingestion.converters.rendering import one_line
from ingestion.document import Block

FIELDS = ("From", "To", "Cc")
# An HTML body with less than this share of the plain one's words was made for programs, not for people.
MIN_HTML_SHARE = 0.5
MAX_PARTS = 2000
MAX_HEADER = 10_000  # reading one takes the square of its length
MAX_MIME_DEPTH = 40
WORD = re.compile(r"\w+")


def convert(content: bytes, name: str, depth: int = 0) -> Converted:
    """Where a message has its text twice, as plain text and HTML, HTML is read for its structure."""
    mime = message_from_bytes(in_utf8(content), policy=policy.compat32)
    return converted_message(read_message(mime, name), depth)


def read_message(mime: Mime, name: str) -> Message:
    bodies: list[Block] = []
    attachments: list[Attachment] = []
    for part in _parts(mime, name):
        if isinstance(part, Attachment):
            attachments.append(part)
        else:
            bodies += part
    sender, date = header(mime, "From"), _date(mime)
    shown = date.strftime("%Y-%m-%d %H:%M") if date else header(mime, "Date")
    return Message(
        subject=header(mime, "Subject"),
        fields=[*((field, header(mime, field)) for field in FIELDS), ("Date", shown)],
        body=bodies,
        attachments=attachments,
        author=parseaddr(sender)[0] or parseaddr(sender)[1] or None,
        date=date,
    )


def header(mime: Mime, name: str) -> str:
    """The value as a person reads it; "" where there is none."""
    # As it stands: `get` would replace bytes that are no ASCII, which many programs write.
    raw = next((value for key, value in mime.raw_items() if key.lower() == name.lower()), "")
    raw = re.sub(r"\r?\n[ \t]", " ", str(raw))[:MAX_HEADER]
    try:
        pieces = decode_header(raw)
    except (ValueError, LookupError):  # base64 that is none
        return one_line(raw)
    return one_line("".join(_piece(content, charset) for content, charset in pieces))


def _piece(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        return content.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return content.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return content.decode("cp1252", "replace")


def _date(mime: Mime) -> datetime | None:
    for name in ("Date", "Delivery-Date", "Resent-Date"):
        try:
            return parsedate_to_datetime(header(mime, name))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _parts(mime: Mime, name: str, depth: int = 0) -> Iterator[Sequence[Block] | Attachment]:
    kind, file_name = mime.get_content_type(), _file_name(mime)
    if depth > MAX_MIME_DEPTH:
        return
    if kind == "multipart/alternative":
        yield from _alternatives(mime, name, depth)
    elif kind == "message/rfc822" and mime.is_multipart():
        inner = read_message(_children(mime)[0], name)
        yield Attachment(file_name or inner.subject or "message", message=inner)
    elif mime.is_multipart():
        for part in _children(mime):
            yield from _parts(part, name, depth + 1)
    elif kind.startswith("text/") and not file_name and not _is_attached(mime):
        yield _body(mime, name)
    elif file_name or _is_attached(mime):
        is_inline = kind.startswith("image/") and mime.get("Content-ID") is not None
        name_shown = file_name or f"part.{mime.get_content_subtype()}"
        yield Attachment(name_shown, _content(mime), is_inline=is_inline)


def _alternatives(mime: Mime, name: str, depth: int) -> Iterator[Sequence[Block] | Attachment]:
    """The richest form of the body that says as much as the plain one."""
    forms = [list(_parts(part, name, depth + 1)) for part in _children(mime)]
    words = [sum(_words(part) for part in form if not isinstance(part, Attachment)) for form in forms]
    fullest = max(words, default=0)
    for form, count in zip(reversed(forms), reversed(words), strict=True):
        if count and count >= MIN_HTML_SHARE * fullest:
            yield from form
            return
    for form in forms:
        yield from form


def _children(mime: Mime) -> list[Mime]:
    payload = mime.get_payload()
    return (
        [part for part in payload if isinstance(part, Mime)][:MAX_PARTS] if isinstance(payload, list) else []
    )


def _words(blocks: Sequence[Block]) -> int:
    return sum(len(WORD.findall(block.text)) for block in blocks)


def _body(mime: Mime, name: str) -> Sequence[Block]:
    content, charset = _content(mime), mime.get_content_charset()
    try:
        if mime.get_content_type() == "text/html":
            return html.convert(content, name).blocks
        return plain.paragraphs(decode(content, name, charset))
    except ConversionFailed as failure:
        if failure.reason == "empty" or not content.strip():
            return ()
        raise


def _content(mime: Mime) -> bytes:
    payload = mime.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _file_name(mime: Mime) -> str:
    try:
        stated = mime.get_filename()
    except (ValueError, TypeError, LookupError):
        return ""
    return one_line("".join(_piece(*piece) for piece in decode_header(stated))) if stated else ""


def _is_attached(mime: Mime) -> bool:
    return mime.get_content_disposition() == "attachment"
