"""The one currency between the ranking stages: frozen, every signal kept by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from storage.chunk import Chunk

BRANCHES = ("bm25", "dense")  # of the first stage; where two candidates tie, the first one's rank decides
RELEVANCE_SIGNALS = ("cross_encoder", "fused_rank")


@dataclass(frozen=True, slots=True)
class Signal:
    """`raw` as measured (None: unknown), `normalised` on its own scale, `contribution` in log-odds."""

    raw: float | None
    normalised: float | None = None
    contribution: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk on its way through the stages; ranks count from 1, `score` is the ordering stage's.

    `branch_scores` are those of the first-stage branches that found it: to be shown, never added to anything.
    `superseded_by` is the id of a later version of its document.
    """

    id: str
    chunk: Chunk
    ranks: Mapping[str, int] = field(default_factory=dict)
    signals: Mapping[str, Signal] = field(default_factory=dict)
    score: float = 0.0
    branch_scores: Mapping[str, float] = field(default_factory=dict)
    superseded_by: str | None = None

    @property
    def relevance(self) -> float:
        """`r`: the log-odds of relevance before any boost."""
        return sum(self.signals[name].contribution for name in RELEVANCE_SIGNALS if name in self.signals)

    def with_rank(self, stage: str, rank: int) -> Self:
        return replace(self, ranks={**self.ranks, stage: rank})

    def with_signal(self, name: str, signal: Signal) -> Self:
        return replace(self, signals={**self.signals, name: signal})

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Frozen, so shared: Haystack deep-copies each component's inputs (9 ms for 100 candidates)."""
        return self
