"""Plain text: paragraphs between blank lines; underlined lines are headings."""

from __future__ import annotations

import re

from ingestion.converters.converted import Converted
from ingestion.converters.decoding import decode
from ingestion.converters.rendering import tidy
from ingestion.document import Block

BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
UNDERLINE = re.compile(r"(=|-|~)\1{2,}[ \t]*")
LEVELS = {"=": 1, "-": 2, "~": 3}
MAX_HEADING = 120


def convert(content: bytes, name: str) -> Converted:
    """Line breaks inside a paragraph stay: in a table, a poem or a log they carry meaning."""
    return Converted(blocks=paragraphs(decode(content, name)))


def paragraphs(text: str) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for paragraph in BLANK_LINES.split(text):
        blocks += _blocks(tidy(paragraph))
    return tuple(block for block in blocks if block.text)


def _blocks(paragraph: str) -> list[Block]:
    lines = paragraph.split("\n", 2)
    if len(lines) < 2 or len(lines[0]) > MAX_HEADING or UNDERLINE.fullmatch(lines[1]) is None:
        return [Block("paragraph", paragraph)]
    heading = Block("heading", lines[0].strip(), level=LEVELS[lines[1][0]])
    return [heading, *(Block("paragraph", rest.strip()) for rest in lines[2:])]
