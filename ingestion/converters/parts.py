"""Files within files, attached to a message or packed into an archive: sections of one document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module

from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.kinds import kind_of
from ingestion.document import Block

CONTAINERS = frozenset(("archive", "mail", "mailbox", "outlook"))
MAX_DEPTH = 4
MAX_LEVEL = 6


def part_blocks(content: bytes, name: str, depth: int) -> tuple[Block, ...]:
    """The blocks of a file that lies `depth` files deep; ConversionFailed says why there are none."""
    if depth >= MAX_DEPTH:
        raise ConversionFailed("too large", f"{name} is nested more than {MAX_DEPTH} deep.")
    kind = kind_of(content, name)
    module = import_module(f"ingestion.converters.{kind}")
    converted: Converted = (
        module.convert(content, name, depth) if kind in CONTAINERS else module.convert(content, name)
    )
    if not any(block.text.strip() for block in converted.blocks):
        raise ConversionFailed("empty", f"{name} holds no text.")
    return converted.blocks


def under_heading(name: str, blocks: Iterable[Block]) -> list[Block]:
    """The blocks as a section named after their file; its pages are not those of the whole."""
    lowered = [
        replace(block, page=None, level=min(block.level + 2, MAX_LEVEL) if block.level else 0)
        for block in blocks
    ]
    return [Block("heading", name, level=2), *lowered]
