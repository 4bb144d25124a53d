"""What a converter makes of a file: typed blocks, from which the document's text follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

BLOCK_SEPARATOR = "\n\n"


@dataclass(frozen=True, slots=True)
class Block:
    """One structural unit. `level` is 1-6 for headings, else 0; `page` counts from 1 (slides too)."""

    kind: Literal["heading", "paragraph", "list", "table", "code"]
    text: str
    level: int = 0
    page: int | None = None


@dataclass(frozen=True)
class Document:
    """A converted document; dates are aware (UTC) and those of the document itself, or unknown.

    `links` are ids of documents of its set, whether they exist or not; `url` is where people can open it.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]
    created: datetime | None = None
    modified: datetime | None = None
    author: str | None = None
    language: str = "en"
    groups: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    kind: str = ""
    url: str | None = None

    @cached_property
    def text(self) -> str:
        """The canonical text that chunk offsets point into."""
        return BLOCK_SEPARATOR.join(block.text for block in self.blocks)
