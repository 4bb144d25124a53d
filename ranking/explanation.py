"""Why a result stands where it stands: its signals, and its rank had each boost been silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ranking.candidate import RELEVANCE_SIGNALS, Candidate, Signal


@dataclass(frozen=True, slots=True)
class Explanation:
    """Contributions of `signals` add up to `score`; ranks count from 1 in each stage."""

    score: float
    relevance: float
    ranks: Mapping[str, int]
    signals: Mapping[str, Signal]
    rank_without: Mapping[str, int]


def explain(candidates: Sequence[Candidate]) -> list[Explanation]:
    """One explanation for each candidate of a final ranking, in its order; O(signals * n log n)."""
    boosts = sorted({name for c in candidates for name in c.signals} - set(RELEVANCE_SIGNALS))
    without = {name: _ranks_without(candidates, name) for name in boosts}
    return [
        Explanation(
            candidate.score,
            candidate.relevance,
            candidate.ranks,
            candidate.signals,
            {name: without[name][candidate.id] for name in boosts},
        )
        for candidate in candidates
    ]


def _ranks_without(candidates: Sequence[Candidate], name: str) -> dict[str, int]:
    def score(candidate: Candidate) -> float:
        signal = candidate.signals.get(name)
        return candidate.score - (signal.contribution if signal else 0.0)

    ordered = sorted(candidates, key=lambda c: (-score(c), c.ranks["fused"], c.id))
    return {candidate.id: rank for rank, candidate in enumerate(ordered, start=1)}
