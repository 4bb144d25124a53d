"""Authority: `min(1, ln(1 + n) / ln(1 + 50))`, n the documents that link to it and people who liked it cited.

In-degree, not PageRank: within one organisation's pages they find the same (Upstill, Craswell and Hawking,
Predicting fame and fortune: PageRank or indegree?, ADCS 2003), and in-degree needs no pass over the whole
graph. The logarithm keeps the hundredth link from counting like the first.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from ranking.candidate import Candidate, Signal
from ranking.signals.boost import QuestionContext

NAME = "authority"
ENOUGH = 50


def authority(links: int, likes: int) -> Signal:
    """Raw is their sum. Without any, neutral: most good documents are linked by none."""
    references = max(links, 0) + max(likes, 0)
    return Signal(float(references), min(math.log1p(references) / math.log1p(ENOUGH), 1.0))


class References(Protocol):
    """(set, document) -> documents that link to it, people who liked an answer that cites it."""

    def references(self, of: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[int, int]]: ...


class Authority:
    """The boost: of the document, for each of its passages alike."""

    name = NAME

    def __init__(self, references: References) -> None:
        self._references = references

    def measure(self, candidates: Sequence[Candidate], context: QuestionContext) -> list[Signal]:  # noqa: ARG002
        keys = [(c.chunk.set, c.chunk.document_id) for c in candidates]
        found = self._references.references(set(keys))
        return [authority(*found.get(key, (0, 0))) for key in keys]
