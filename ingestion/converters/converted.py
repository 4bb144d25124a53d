"""What every converter returns: the structure it found, before titles and dates are judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ingestion.document import Block


@dataclass(frozen=True, slots=True)
class Converted:
    """Blocks in reading order and the metadata as the file states it; None where it states none."""

    blocks: tuple[Block, ...]
    title: str | None = None
    created: datetime | None = None
    modified: datetime | None = None
    author: str | None = None
    language: str | None = None
    groups: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
