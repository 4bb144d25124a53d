"""What writes answers: passages in, pieces of text out as they come."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ranking.candidate import Candidate


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of one answer as the language model counted them."""

    prompt_tokens: int
    completion_tokens: int


Piece = str | TokenUsage


class Generator(Protocol):
    """Passage n (from 1) is cited as [n]; `name` is shown beside the answer."""

    @property
    def name(self) -> str: ...

    def stream(self, question: str, passages: Sequence[Candidate]) -> AsyncGenerator[Piece, None]:
        """The next text as it comes, then at most one `TokenUsage`; closing it stops the work.

        Raises InvalidInput, Transient or Permanent, also after text: then the answer broke off there.
        """
        ...
