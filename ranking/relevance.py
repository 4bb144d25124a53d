"""Relevance in log-odds: the calibrated cross-encoder and the fused rank, mixed by trust.

`r = t * logit(p_cross_encoder) + (1 - t) * g(fused rank)`: the cross-encoder is not always right
(on SciFact it lowers what fusion found), so the fused rank keeps a say of `1 - t`. That is the harmonic mean
of the ranks in both branches, not the place in the fused order: what both found first has rank 1, what one
found first and the other not at all has rank 2.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ranking.candidate import BRANCHES, Candidate, Signal
from ranking.fusion import harmonic_mean


@dataclass(frozen=True, slots=True)
class RelevanceModel:
    """Calibration of the raw logit, the rank curve `g`, and the trust `t` in 0..1.

    The calibration is beta's (Kull, Silva Filho and Flach 2017), a bent line: logits well below 0 count by
    `slope`, those well above by `upper_slope`. Without an `upper_slope` it is Platt's straight one (1999).
    """

    slope: float
    intercept: float
    rank_intercept: float
    rank_slope: float
    trust: float
    version: str
    upper_slope: float | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.trust <= 1.0:
            raise ValueError(f"trust is {self.trust}, it must lie in 0..1")
        if min(self.slope, self.upper) <= 0 or self.rank_slope < 0:
            slopes = self.slope, self.upper, self.rank_slope
            raise ValueError(f"slopes are {slopes}, they must keep the order")

    @property
    def upper(self) -> float:
        """The slope of logits above 0."""
        return self.slope if self.upper_slope is None else self.upper_slope

    def cross_encoder_log_odds(self, raw_logit: float) -> float:
        return self.intercept - self.slope * _softplus(-raw_logit) + self.upper * _softplus(raw_logit)

    def rank_log_odds(self, rank: float) -> float:
        """`g`: falls with the logarithm of the fused rank."""
        return self.rank_intercept - self.rank_slope * math.log(rank)


def relevant(
    candidates: Sequence[Candidate], raw_logits: Sequence[float], model: RelevanceModel
) -> list[Candidate]:
    """Both relevance signals added to every candidate, in the order given.

    Candidates of equal text share the best fused rank among them: which of two copies stands first is
    chance, and what is the same is as relevant.

    Raises ValueError when a logit is not finite or their number is another than the candidates'.
    """
    ranks = _shared_ranks(candidates)
    return [
        replace(candidate, signals={**candidate.signals, **_signals(candidate, raw, rank, model)})
        for candidate, raw, rank in zip(candidates, raw_logits, ranks, strict=True)
    ]


def by_rank_alone(candidates: Sequence[Candidate], model: RelevanceModel) -> list[Candidate]:
    """Relevance where nothing was re-ranked: the fused rank decides alone (t = 0)."""
    rank_only = replace(model, trust=0.0)
    return [
        candidate.with_signal("fused_rank", _rank_signal(rank, rank_only))
        for candidate, rank in zip(candidates, _shared_ranks(candidates), strict=True)
    ]


def probability(log_odds: float) -> float:
    """Logistic function, stable at both ends."""
    if log_odds >= 0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1.0 + odds)


def _softplus(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))


def _shared_ranks(candidates: Sequence[Candidate]) -> list[float]:
    branches = [name for name in BRANCHES if any(name in candidate.ranks for candidate in candidates)]
    best: dict[str, float] = {}
    for candidate in candidates:
        content, rank = candidate.chunk.content_hash, _fused_rank(candidate.ranks, branches)
        best[content] = min(rank, best.get(content, rank))
    return [best[candidate.chunk.content_hash] for candidate in candidates]


def _fused_rank(ranks: Mapping[str, int], branches: Collection[str]) -> float:
    """Where no branch tells its ranks, the place in the fused order."""
    found = [ranks[name] for name in branches if name in ranks]
    return harmonic_mean(found, len(branches)) if found else float(ranks["fused"])


def _signals(candidate: Candidate, raw: float, rank: float, model: RelevanceModel) -> Mapping[str, Signal]:
    if not math.isfinite(raw):
        raise ValueError(f"the cross-encoder scored candidate {candidate.id} {raw}")
    log_odds = model.cross_encoder_log_odds(raw)
    return {
        "cross_encoder": Signal(raw, probability(log_odds), model.trust * log_odds),
        "fused_rank": _rank_signal(rank, model),
    }


def _rank_signal(rank: float, model: RelevanceModel) -> Signal:
    log_odds = model.rank_log_odds(rank)
    return Signal(rank, probability(log_odds), (1.0 - model.trust) * log_odds)
