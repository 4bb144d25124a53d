"""The same candidates ranked as if a signal had not been there: combined anew, nothing scored again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ranking.candidate import RELEVANCE_SIGNALS, Candidate, Signal
from ranking.ensemble import Order, combine
from ranking.ranker import Ranker
from ranking.relevance import RelevanceModel, by_rank_alone, relevant


def removable(candidates: Sequence[Candidate]) -> list[str]:
    """Signals that can be taken away; the fused rank only where the cross-encoder remains to rank by."""
    names = list(dict.fromkeys(name for candidate in candidates for name in candidate.signals))
    return [name for name in names if name != "fused_rank" or "cross_encoder" in names]


def ranked_without(
    candidates: Sequence[Candidate], name: str, ranker: Ranker, order: Order = "ensemble"
) -> list[Candidate]:
    """A final ranking anew, without the signal `name`.

    A boost is silent for all. Without one of the two signals of relevance the other takes its share:
    without the cross-encoder this is the order of a search that does not re-rank.
    """
    by_fused_rank = sorted(candidates, key=lambda candidate: candidate.ranks["fused"])
    boosts = [_boosts(candidate, name) for candidate in by_fused_rank]
    stripped = [_with_relevance_only(candidate) for candidate in by_fused_rank]
    return combine(_silenced(stripped, name, ranker.relevance), boosts, ranker.weights, order)


def _boosts(candidate: Candidate, name: str) -> Mapping[str, Signal]:
    return {
        other: signal
        for other, signal in candidate.signals.items()
        if other not in RELEVANCE_SIGNALS and other != name
    }


def _with_relevance_only(candidate: Candidate) -> Candidate:
    kept = {name: signal for name, signal in candidate.signals.items() if name in RELEVANCE_SIGNALS}
    return replace(candidate, signals=kept)


def _silenced(candidates: Sequence[Candidate], name: str, model: RelevanceModel) -> Sequence[Candidate]:
    if name == "cross_encoder":
        return by_rank_alone([replace(candidate, signals={}) for candidate in candidates], model)
    raw = [
        candidate.signals["cross_encoder"].raw
        for candidate in candidates
        if "cross_encoder" in candidate.signals
    ]
    if name == "fused_rank" and len(raw) == len(candidates):
        return relevant(candidates, [score for score in raw if score is not None], replace(model, trust=1.0))
    return candidates
