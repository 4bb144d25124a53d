"""A zip archive as one document, each file in it a section: what is attached to a message, or wrongly named.

In a folder, an archive's files are documents of their own (`ingestion.folder`).
"""

from __future__ import annotations

import io
from collections import deque

from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.packed_files import packed_files
from ingestion.converters.parts import part_blocks, under_heading
from ingestion.converters.zip_members import Budget, Refused, members, opened, read
from ingestion.document import Block

MAX_MEMBER_BYTES = 100_000_000


def convert(content: bytes, name: str, depth: int = 0) -> Converted:
    """What cannot be read is named in a line of its own; where nothing can be, the first reason counts."""
    if not depth:  # all bounds hold for what lies in archives within it, too
        deque(packed_files(io.BytesIO(content), name), maxlen=0)
    blocks: list[Block] = []
    problems: list[ConversionFailed] = []
    with opened(io.BytesIO(content), name) as archive:
        for member in members(archive, name, "", Budget()):
            try:
                if isinstance(member, Refused):
                    raise member.failure
                inner = part_blocks(read(member, MAX_MEMBER_BYTES), member.shown, depth + 1)
                blocks += under_heading(member.shown, inner)
            except ConversionFailed as failure:
                problems.append(failure)
                blocks.append(Block("paragraph", f"{member.shown} (not read: {failure.reason})"))
    if len(problems) == len(blocks):
        raise problems[0] if problems else ConversionFailed("empty", f"{name} holds no files.")
    return Converted(blocks=tuple(blocks))
