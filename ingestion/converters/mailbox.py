"""Mailboxes (.mbox): the messages in their order, each a section of one document."""

from __future__ import annotations

import re
from email import message_from_bytes, policy

from ingestion.converters.converted import Converted
from ingestion.converters.decoding import in_utf8
from ingestion.converters.mail import read_message
from ingestion.converters.mail_parts import message_blocks
from ingestion.converters.parts import under_heading
from ingestion.document import Block

SEPARATOR = re.compile(rb"^From [^\n]*\n", re.MULTILINE)
# What keeps a line of the text from being taken for a separator.
QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def convert(content: bytes, name: str, depth: int = 0) -> Converted:
    """A message's attachments are sections below it."""
    blocks: list[Block] = []
    for raw in SEPARATOR.split(in_utf8(content)):
        if not raw.strip():
            continue
        mime = message_from_bytes(QUOTED.sub(rb"\1", raw), policy=policy.compat32)
        message = read_message(mime, name)
        heading, *rest = under_heading(message.subject or "(no subject)", message_blocks(message, depth))
        # Its own subject heads the message already.
        blocks += [heading, *(block for block in rest if block.level != 3 or block.text != heading.text)]
    return Converted(blocks=tuple(blocks))
