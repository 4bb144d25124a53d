"""How far to trust the cross-encoder: fitted on all sets but one, measured on that one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.calibration_study import together
from benchmarks.clock import table
from ranking import defaults
from ranking.candidate import BRANCHES
from ranking.learning.calibration import Floats, bent, likeliest, straight
from ranking.learning.fitting import MINIMUM_PASSAGES
from ranking.learning.judged import Judged
from ranking.learning.scoring import LEVELS, measured
from ranking.ranker import Ranker
from ranking.relevance import RelevanceModel

TRUSTS = np.round(np.linspace(0.0, 1.0, 21), 2)
SHOWN = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Regret:
    """NDCG@5 of one set by one level: the best single stage, and the ensemble less that."""

    questions: int
    stage: str
    best: float
    difference: float


def fit_shipped(sets: Mapping[str, Judged]) -> RelevanceModel:
    """Calibration and rank curve by likelihood, trust by the least regret; every set counts the same.

    With hardly a relevant passage it is what is shipped already.
    """
    logits, relevant, weights = together(sets)
    if relevant.sum() < MINIMUM_PASSAGES:
        return defaults.RELEVANCE
    slope, upper, intercept = likeliest(bent(logits), relevant, weights=weights)
    log_ranks = np.concatenate([_log_ranks(judged) for judged in sets.values()])
    fall, rank_intercept = likeliest(straight(log_ranks), relevant, weights=weights)
    model = replace(
        defaults.RELEVANCE,
        slope=float(slope),
        upper_slope=float(upper),
        intercept=float(intercept),
        rank_slope=-float(fall),
        rank_intercept=float(rank_intercept),
    )
    return replace(model, trust=_least_regret([regrets(judged, model) for judged in sets.values()]))


def regrets(judged: Judged, model: RelevanceModel) -> Mapping[str, list[Regret]]:
    """Level -> regret at each of `TRUSTS`; boosts are silent, since they have no say in relevance."""
    return {
        level: [regret(judged, replace(model, trust=float(trust)), level) for trust in TRUSTS]
        for level in LEVELS
        if np.any(judged.levels[level].ideal > 0)
    }


def held_out(fitted: Mapping[str, Judged], measured_only: Mapping[str, Judged]) -> str:
    """Each set with what was fitted on the others; sets that are only measured, with all of the fitted."""
    rows = []
    for name, judged in {**fitted, **measured_only}.items():
        model = fit_shipped({other: found for other, found in fitted.items() if other != name})
        for level in LEVELS:
            if np.any(judged.levels[level].ideal > 0):
                found = regret(judged, model, level)
                ensemble = found.best + found.difference
                rows.append(
                    (name, level, found.questions, f"{model.trust:.2f}", found.stage, f"{found.best:.3f}",
                     f"{ensemble:.3f}", f"{found.difference:+.3f}")
                )  # fmt: skip
    heads = ("held out", "by", "questions", "trust", "best stage", "its NDCG@5", "ensemble", "difference")
    return table(heads, rows)


def by_trust(sets: Mapping[str, Judged], model: RelevanceModel) -> str:
    """The ensemble less the best stage, at every trust, with one calibration for all."""
    rows = []
    for name, judged in sets.items():
        for level, found in regrets(judged, model).items():
            at = dict(zip(TRUSTS.tolist(), found, strict=True))
            rows.append((name, level, at[0.0].stage, *(f"{at[trust].difference:+.3f}" for trust in SHOWN)))
    return table(("set", "by", "best stage", *(f"{trust:g}" for trust in SHOWN)), rows)


def best_place(curve: Floats) -> int:
    """Where a curve over `TRUSTS` is highest, smoothed with its neighbours: half of a lone peak is luck."""
    padded = np.pad(curve, 1, mode="edge")
    return int(np.argmax(np.convolve(padded, [0.25, 0.5, 0.25], mode="valid")))


def _least_regret(by_set: Sequence[Mapping[str, list[Regret]]]) -> float:
    """Of the mean over sets and levels."""
    curves = np.array([[r.difference for r in found] for levels in by_set for found in levels.values()])
    return float(TRUSTS[best_place(curves.mean(axis=0))])


def regret(judged: Judged, model: RelevanceModel, level: str) -> Regret:
    """Of one set by one level at the model's trust, boosts left out."""
    stages = {
        "fused": -judged.ranks,
        **{branch: -judged.branches[branch] for branch in BRANCHES},
        "cross_encoder": judged.logits,
    }
    means = {stage: float(np.nanmean(judged.ndcg(values, level))) for stage, values in stages.items()}
    stage = max(means, key=lambda name: means[name])
    silent = Ranker(model, replace(defaults.ENSEMBLE, boosts={}))
    values = measured(judged, silent)[level]
    return Regret(
        int(np.isfinite(values).sum()), stage, means[stage], float(np.nanmean(values)) - means[stage]
    )


def _log_ranks(judged: Judged) -> Floats:
    rows = (judged.levels["passage"].ideal > 0) | ~judged.answerable
    made: Floats = np.log(judged.fused[judged.real & rows[:, None]])
    return made
