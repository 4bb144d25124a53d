"""Outlook messages (.msg): as e-mail, read from the properties of an OLE file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from ingestion.converters import html, rtf
from ingestion.converters import text as plain
from ingestion.converters.converted import Converted
from ingestion.converters.decoding import decode
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.mail_parts import Attachment, Message, converted_message
from ingestion.converters.outlook_properties import Storage, opened
from ingestion.converters.outlook_rtf import unpacked_rtf
from ingestion.document import Block

SUBJECT, BODY, HTML, RTF = 0x0037, 0x1000, 0x1013, 0x1009
SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
TO, CC = 0x0E04, 0x0E03
SENT, DELIVERED, CREATED = 0x0039, 0x0E06, 0x3007
LONG_NAME, SHORT_NAME, SHOWN_NAME, DATA = 0x3707, 0x3704, 0x3001, 0x3701
CONTENT_ID = 0x3712
MAX_ATTACHMENTS = 1000


def convert(content: bytes, name: str, depth: int = 0) -> Converted:
    """The body as HTML, else as text, else as RTF; `corrupt` where there is no message."""
    try:
        with opened(io.BytesIO(content)) as storage:
            message = _message(storage, name)
    except (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ConversionFailed("corrupt", f"{name} is a damaged Outlook message: {error}.") from error
    return converted_message(message, depth)


def _message(storage: Storage, name: str) -> Message:
    sender, address = storage.text(SENDER_NAME), storage.text(SENDER_SMTP) or storage.text(SENDER_ADDRESS)
    date = storage.moment(SENT) or storage.moment(DELIVERED) or storage.moment(CREATED)
    shown = f"{sender} <{address}>" if sender and "@" in address and address != sender else sender or address
    return Message(
        subject=storage.text(SUBJECT),
        fields=(
            ("From", shown),
            ("To", storage.text(TO)),
            ("Cc", storage.text(CC)),
            ("Date", date.strftime("%Y-%m-%d %H:%M") if date else ""),
        ),
        body=_body(storage, name),
        attachments=tuple(_attachments(storage, name)),
        author=sender or address or None,
        date=date,
    )


def _body(storage: Storage, name: str) -> Sequence[Block]:
    page = storage.content(HTML) or storage.text(HTML).encode()
    if page.strip():
        try:
            return html.convert(page, name).blocks
        except ConversionFailed:
            pass  # the same text stands in the other bodies
    text = storage.text(BODY)
    if text.strip():
        return plain.paragraphs(decode(text.encode(), name))
    packed = storage.content(RTF)
    return rtf.convert(unpacked_rtf(packed), name).blocks if packed else ()


def _attachments(storage: Storage, name: str) -> Iterator[Attachment]:
    for number, attached in enumerate(storage.storages("__attach_version1.0_")):
        if number == MAX_ATTACHMENTS:
            return
        file_name = attached.text(LONG_NAME) or attached.text(SHORT_NAME) or attached.text(SHOWN_NAME)
        inner = attached.storage(f"__substg1.0_{DATA:04X}000D")
        if inner is not None:
            yield Attachment(file_name or "message", message=_message(inner, name))
        else:
            is_inline = bool(attached.text(CONTENT_ID))
            yield Attachment(file_name or "attachment", attached.content(DATA), is_inline=is_inline)
