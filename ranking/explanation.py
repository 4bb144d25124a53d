"""Why a result stands where it stands: its signals, its ranks, and its rank without each signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ranking.candidate import RELEVANCE_SIGNALS, Candidate, Signal
from ranking.counterfactual import ranked_without, removable
from ranking.ensemble import Order
from ranking.ranker import Ranker

Decider = Literal["ensemble", "cross_encoder", "fused"]

_SHOWN_FROM = 0.005  # log-odds: below, a boost reads as 0.00


@dataclass(frozen=True, slots=True)
class Explanation:
    """Contributions of `signals` add up to `score` exactly; ranks count from 1 in each stage.

    `decided_by` names what made the final order: where it is not the ensemble, scores do not decide.
    `rank_without`: signal -> final rank, had it been silent for all; `branch_scores` only inform.
    """

    score: float
    relevance: float
    ranks: Mapping[str, int]
    signals: Mapping[str, Signal]
    rank_without: Mapping[str, int]
    branch_scores: Mapping[str, float]
    decided_by: Decider


def explain(candidates: Sequence[Candidate], ranker: Ranker, order: Order = "ensemble") -> list[Explanation]:
    """One explanation for each candidate of a final ranking, in its order; O(signals * n log n)."""
    without = {
        name: _places(ranked_without(candidates, name, ranker, order)) for name in removable(candidates)
    }
    return [
        Explanation(
            candidate.score,
            candidate.relevance,
            candidate.ranks,
            candidate.signals,
            {name: places[candidate.id] for name, places in without.items()},
            candidate.branch_scores,
            _decider(candidates, order),
        )
        for candidate in candidates
    ]


def summary(explanation: Explanation) -> str:
    """One line, such as "Embedding 0.92 | Re-ranker 0.45 | Freshness +0.08 | Final rank 5".

    Embedding is the cosine, Re-ranker the calibrated probability; boosts are log-odds, those that count.
    """
    decided_by = explanation.decided_by
    parts = _first_stage(explanation.branch_scores)
    if scored := explanation.signals.get("cross_encoder"):
        parts.append(f"Re-ranker {scored.normalised or 0.0:.2f}")
    else:
        parts.append(f"Fused rank {explanation.ranks['fused']}")
    if decided_by == "ensemble":
        parts += [
            f"{name.replace('_', ' ').capitalize()} {signal.contribution:+.2f}"
            for name, signal in explanation.signals.items()
            if name not in RELEVANCE_SIGNALS and abs(signal.contribution) >= _SHOWN_FROM
        ]
    last = {"ensemble": "", "cross_encoder": " by the re-ranker alone", "fused": " by the fused rank alone"}
    return " | ".join([*parts, f"Final rank {explanation.ranks['ensemble']}{last[decided_by]}"])


def _first_stage(scores: Mapping[str, float]) -> list[str]:
    """The embedding's score, or that of BM25 where only it found the passage."""
    if "dense" in scores:
        return [f"Embedding {scores['dense']:.2f}"]
    return [f"BM25 {scores['bm25']:.1f}"] if "bm25" in scores else []


def _decider(candidates: Sequence[Candidate], order: Order) -> Decider:
    if order == "ensemble":
        return "ensemble"
    return "cross_encoder" if all("cross_encoder" in c.signals for c in candidates) else "fused"


def _places(candidates: Sequence[Candidate]) -> Mapping[str, int]:
    return {candidate.id: place for place, candidate in enumerate(candidates, start=1)}
