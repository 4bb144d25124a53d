"""What is kept of an answer, and what people say of it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

Kind = Literal["answer", "search"]
Event = Literal["vote", "click", "copy"]
WHOLE_ANSWER = 0
DAYS_A_MONTH = 30
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_NAMESPACE = uuid.UUID("5a3b8f1e-6f0a-4f43-9d39-0f8b6f1f7a20")


@dataclass(frozen=True)
class Quotation:
    """Words of a document, as shown: a vote rests on them, whatever chunks later hold them."""

    set: str
    document_id: str
    text: str
    start: int
    end: int

    @cached_property
    def id(self) -> str:
        """Equal for equal words of the same document, wherever they stand in it."""
        return hashlib.sha256("\0".join((self.set, self.document_id, self.text)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ShownSource:
    """`position` from 1, as the caller saw it; `looks`: how many looks it can expect there, 0 to 1."""

    position: int
    quotation: Quotation
    chunk_id: str
    score: float
    cited: bool
    looks: float
    signals: Mapping[str, tuple[float | None, float | None, float]]


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer, or a page of search results (`answer` is None), with all that a replay needs."""

    id: str
    kind: Kind
    question: str
    principal: str
    at: datetime
    generations: Mapping[str, int]
    versions: Mapping[str, str]
    sources: Sequence[ShownSource]
    answer: str | None = None
    refused: bool = False
    generator: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What `principal` says of what was shown; `value` +1, -1, or 0 where it is taken back."""

    shown_id: str
    position: int
    principal: str
    kind: Event
    value: int
    at: datetime
    comment: str = ""


def question_key(question: str) -> str:
    """Equal for questions that differ in case, spaces or closing marks alone; a UUID."""
    return str(uuid.uuid5(_NAMESPACE, " ".join(question.casefold().split()).rstrip("?!. ")))


def month_of(moment: datetime) -> int:
    """Number of the 30-day month, by which votes are summed and age."""
    return (moment - _EPOCH).days // DAYS_A_MONTH
