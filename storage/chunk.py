"""The record that all packages share: one passage of one document."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property


@dataclass(frozen=True)
class Chunk:
    """A passage: `text` is exactly `document_text[start:end]`; dates are aware (UTC) or unknown.

    `groups` are the groups that may read the document; empty means everyone who may read the set. `kind`
    is the format of its file, "" where that was not kept; `url` is where people can open the document.
    `header` names the columns, where `text` is a table from further down.
    """

    set: str
    document_id: str
    ordinal: int
    text: str
    title: str
    headings: tuple[str, ...] = ()
    page: int | None = None
    start: int = 0
    end: int = 0
    created: datetime | None = None
    modified: datetime | None = None
    groups: tuple[str, ...] = ()
    language: str = "en"
    kind: str = ""
    header: str = ""
    url: str | None = None

    @cached_property
    def contextual_text(self) -> str:
        """What is embedded, weighted and re-ranked: title, heading path, then the text."""
        path = " > ".join(dict.fromkeys(part for part in (self.title, *self.headings) if part))
        return f"{path}\n{self.readable_text}" if path else self.readable_text

    @property
    def readable_text(self) -> str:
        """The text, under the header of its table."""
        return f"{self.header}\n{self.text}" if self.header else self.text

    @cached_property
    def content_hash(self) -> str:
        """Names the content for caches: equal wherever `contextual_text` is equal."""
        return hashlib.sha256(self.contextual_text.encode()).hexdigest()
