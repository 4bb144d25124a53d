"""What a message becomes, whatever file it was in: header lines, body, attachments as sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.parts import MAX_DEPTH, part_blocks, under_heading
from ingestion.converters.rendering import one_line
from ingestion.document import Block

MAX_ATTACHMENTS = 1000


@dataclass(frozen=True, slots=True)
class Attachment:
    """`message` instead of content where a message was attached; `is_inline` for pictures in the text."""

    name: str
    content: bytes = b""
    message: Message | None = None
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """`fields` are shown in their order; those without a value are left out."""

    subject: str
    fields: Sequence[tuple[str, str]]
    body: Sequence[Block]
    attachments: Sequence[Attachment] = ()
    author: str | None = None
    date: datetime | None = None


def converted_message(message: Message, depth: int) -> Converted:
    """One document with all that is attached; `empty` is left to the caller."""
    return Converted(
        blocks=tuple(message_blocks(message, depth)),
        title=message.subject,
        created=message.date,
        author=message.author,
    )


def message_blocks(message: Message, depth: int) -> list[Block]:
    sections: list[Block] = []
    names: list[str] = []
    for attachment in message.attachments[:MAX_ATTACHMENTS]:
        try:
            sections += under_heading(attachment.name, _attached(attachment, depth))
            names.append(attachment.name)
        except ConversionFailed as failure:
            names += [] if attachment.is_inline else [_unread(attachment.name, failure)]
    fields = [*message.fields, ("Attachments", ", ".join(names))]
    lines = [f"{name}: {one_line(value)}" for name, value in fields if value.strip()]
    heading = [Block("heading", one_line(message.subject), level=1)] if message.subject.strip() else []
    head = [Block("paragraph", "\n".join(lines))] if lines else []
    return [*heading, *head, *message.body, *sections]


def _unread(name: str, failure: ConversionFailed) -> str:
    if failure.reason != "unknown type":
        return f"{name} (not read: {failure.reason})"
    return f"{name} (not read: {failure.what.removeprefix(f'{name} is ').rstrip('.')})"


def _attached(attachment: Attachment, depth: int) -> Sequence[Block]:
    if attachment.message is None:
        return part_blocks(attachment.content, attachment.name, depth + 1)
    if depth + 1 >= MAX_DEPTH:
        raise ConversionFailed("too large", f"{attachment.name} is nested more than {MAX_DEPTH} deep.")
    return message_blocks(attachment.message, depth + 1)
