"""The additive ensemble in log-odds: `score = r + boosts`, the boosts bounded together by +-C/2.

Each boost is `weight * normalised` with normalised in -1..1, and the weights sum to C/2 at most: so
whatever the boosts say, `r_a - r_b > C` puts a before b. The step back behind a replacement is one of them:
from 0 to its weight, as the other terms make it needed.

Contributions lie on a grid of 2^-32, so that their sum is the score exactly: in any order, in any language.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from haystack import component
from numpy.typing import NDArray

from ranking.candidate import Candidate, Signal
from ranking.newer_versions import NewerVersions
from ranking.signals import superseded
from ranking.signals.boost import Boost, QuestionContext
from ranking.signals.superseded import Replacement, replacements
from storage.scope import Scope

Order = Literal["ensemble", "cross_encoder"]
STEP_MARGIN = 2.0**-20  # behind what replaces it, and not beside it

_GRID = 2.0**32


@dataclass(frozen=True)
class EnsembleWeights:
    """`bound` is C; `boosts` maps a signal's name to its weight (log-odds at normalised = 1)."""

    bound: float
    boosts: Mapping[str, float]
    version: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "boosts", MappingProxyType(dict(self.boosts)))
        total = sum(self.boosts.values())
        if min(self.boosts.values(), default=0.0) < 0 or total > self.bound / 2 + 1e-12:
            raise ValueError(
                f"boost weights {dict(self.boosts)} must be at least 0, in sum at most C/2 = {self.bound / 2}"
            )


def combine(
    candidates: Sequence[Candidate],
    boosts: Sequence[Mapping[str, Signal]],
    weights: EnsembleWeights,
    order: Order = "ensemble",
    replaced: Mapping[str, Replacement] = MappingProxyType({}),
) -> list[Candidate]:
    """Candidates with every contribution, ranked; ties by fused rank, then by id.

    `boosts[i]` holds the normalised signals of candidate i; a signal without a weight counts nothing.
    `replaced`: candidate id -> the candidate to stand behind, without circles.
    """
    scored = [
        _scored(candidate, signals, weights) for candidate, signals in zip(candidates, boosts, strict=True)
    ]
    scored = _stepped_back(scored, replaced, weights.boosts.get(superseded.NAME, 0.0))
    if all("cross_encoder" in candidate.signals for candidate in scored):
        scored = _numbered(sorted(scored, key=_by_cross_encoder), "cross_encoder")
    final = scored if order == "cross_encoder" else sorted(scored, key=_by_score)
    return _numbered(final, "ensemble")


def on_grid(log_odds: float) -> float:
    """Cut towards zero to a multiple of 2^-32: keeps order and bounds, and makes float sums exact."""
    return math.trunc(log_odds * _GRID) / _GRID


@component
class Ensemble:
    """Pipeline stage: measures the boosts of every candidate, then combines them with relevance."""

    def __init__(self, boosts: Sequence[Boost], versions: NewerVersions | None = None) -> None:
        self._boosts = tuple(boosts)
        self._versions = versions

    @component.output_types(candidates=list[Candidate], seconds=float)
    def run(
        self,
        candidates: Sequence[Candidate],
        question: str,
        dense: NDArray[np.float32],
        scope: Scope,
        now: datetime,
        half_lives: Mapping[str, float | None],
        weights: EnsembleWeights,
        order: Order = "ensemble",
    ) -> dict[str, Any]:
        """As of `QuestionContext`; a boost without a weight is measured, shown, and counts nothing."""
        started = perf_counter()
        context = QuestionContext(question, dense, scope, now, half_lives)
        measured = {boost.name: boost.measure(candidates, context) for boost in self._boosts}
        boosts = [{name: signals[i] for name, signals in measured.items()} for i in range(len(candidates))]
        ranked = combine(candidates, boosts, weights, order, replacements(candidates, context))
        if self._versions:
            newer = self._versions.of(ranked, scope)
            ranked = [replace(c, superseded_by=newer.get((c.chunk.set, c.chunk.document_id))) for c in ranked]
        return {"candidates": ranked, "seconds": perf_counter() - started}


def _scored(candidate: Candidate, signals: Mapping[str, Signal], weights: EnsembleWeights) -> Candidate:
    terms = {name: signal.contribution for name, signal in candidate.signals.items()}
    terms |= {name: weights.boosts.get(name, 0.0) * (s.normalised or 0.0) for name, s in signals.items()}
    together = {
        name: Signal(signal.raw, signal.normalised, on_grid(terms[name]))
        for name, signal in {**candidate.signals, **signals}.items()
    }
    return replace(candidate, signals=together, score=sum(s.contribution for s in together.values()))


def _stepped_back(
    candidates: Sequence[Candidate], replaced: Mapping[str, Replacement], weight: float
) -> list[Candidate]:
    """Every replaced candidate moved just behind its replacement, or down by `weight` where that is less.

    What replaces may be replaced itself: it is settled first, in whatever order the candidates come.
    """
    settled: dict[str, Candidate] = {}
    given = {candidate.id: candidate for candidate in candidates}

    def settle(candidate: Candidate) -> Candidate:
        if candidate.id not in settled:
            by = replaced.get(candidate.id)
            front = settle(given[by.id]) if by is not None and by.id in given else None
            settled[candidate.id] = _behind(candidate, front, by.likeness if by else None, weight)
        return settled[candidate.id]

    return [settle(candidate) for candidate in candidates]


def _behind(
    candidate: Candidate, front: Candidate | None, likeness: float | None, weight: float
) -> Candidate:
    if front is None:
        return candidate
    furthest = on_grid(weight)
    step = min(max(candidate.score - front.score + STEP_MARGIN, 0.0), furthest)
    signal = Signal(likeness, -step / furthest if furthest else 0.0, -step)
    together = {**candidate.signals, superseded.NAME: signal}
    return replace(candidate, signals=together, score=sum(s.contribution for s in together.values()))


def _numbered(candidates: Sequence[Candidate], stage: str) -> list[Candidate]:
    return [candidate.with_rank(stage, rank) for rank, candidate in enumerate(candidates, start=1)]


def _by_cross_encoder(candidate: Candidate) -> tuple[float, int, str]:
    return (-(candidate.signals["cross_encoder"].raw or 0.0), candidate.ranks["fused"], candidate.id)


def _by_score(candidate: Candidate) -> tuple[float, int, str]:
    return (-candidate.score, candidate.ranks["fused"], candidate.id)
