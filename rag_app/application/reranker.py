"""The cross-encoder alone, as a service offers it: passages of anybody, scored for a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rag_app.application.status import Check, checked
from ranking.cross_encoder.cached import CachedCrossEncoder
from ranking.relevance import probability
from storage.encoding.questions import normalised
from storage.errors import InvalidInput

MAX_QUERY_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Relevance:
    """A document by its place in the request (from 0), and its score: the logistic function of the logit."""

    index: int
    score: float


@dataclass(frozen=True)
class Reranker:
    """A context manager that closes what it opened; safe to share by threads."""

    scorer: CachedCrossEncoder
    check: Callable[[], str | None]
    waiting: Callable[[], int]
    max_documents: int
    close: Callable[[], None]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def version(self) -> str:
        """Model and weights, as they are loaded."""
        return self.scorer.version

    def rerank(self, query: str, documents: Sequence[str], top_n: int | None = None) -> list[Relevance]:
        """The best `top_n` (all where None), best first; ties in the order given. Raises InvalidInput."""
        self._check(query, documents)
        logits = self.scorer.score(normalised(query), documents)
        scores = [probability(float(logit)) for logit in logits]
        order = sorted(range(len(documents)), key=lambda index: (-logits[index], index))
        return [Relevance(index, scores[index]) for index in order[:top_n]]

    def readiness(self) -> Check:
        """The model asked once, now."""
        return checked({"cross_encoder": self.check})[0]

    def _check(self, query: str, documents: Sequence[str]) -> None:
        if not query.strip() or len(query) > MAX_QUERY_CHARACTERS:
            raise InvalidInput(
                f"The query has {len(query):,} characters.",
                f"Send 1 to {MAX_QUERY_CHARACTERS:,}, not all of them blank.",
            )
        if not 1 <= len(documents) <= self.max_documents:
            raise InvalidInput(
                f"There are {len(documents):,} documents.", f"Send 1 to {self.max_documents:,} at a time."
            )
