"""The ensemble's score over arrays, the same as stage by stage: so that a fit can try many rankers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ranking.learning.judged import Floats, Judged
from ranking.ranker import Ranker
from ranking.relevance import RelevanceModel

LEVELS = ("document", "passage")
OVERALL = "overall"


def scores(judged: Judged, ranker: Ranker) -> Floats:
    """`r + boosts` (questions, candidates); NaN or infinite where there is no candidate."""
    model = ranker.relevance
    cross_encoder = calibrated(judged.logits, model)
    rank = model.rank_intercept - model.rank_slope * np.log(judged.fused)
    boosts = sum(
        (
            weight * judged.boosts[name]
            for name, weight in ranker.weights.boosts.items()
            if name in judged.boosts
        ),
        np.zeros_like(rank),
    )
    return model.trust * cross_encoder + (1.0 - model.trust) * rank + boosts


def calibrated(logits: Floats, model: RelevanceModel) -> Floats:
    """Log-odds of the cross-encoder's raw outputs, of any shape."""
    below, above = np.logaddexp(0.0, -logits), np.logaddexp(0.0, logits)
    made: Floats = model.intercept - model.slope * below + model.upper * above
    return made


def best_log_odds(judged: Judged, ranker: Ranker) -> Floats:
    """Relevance of each question's best candidate (questions,), boosts left out: what a refusal goes by."""
    silent = replace(ranker, weights=replace(ranker.weights, boosts={}))
    best: Floats = np.where(judged.real, scores(judged, silent), -np.inf).max(axis=1)
    return best


def measured(judged: Judged, ranker: Ranker) -> Mapping[str, Floats]:
    """Level -> NDCG@5 (questions,), NaN where it does not judge one; `overall` is the mean of the levels."""
    made = scores(judged, ranker)
    by_level = {level: judged.ndcg(made, level) for level in LEVELS}
    return {**by_level, OVERALL: _mean_of(np.stack(list(by_level.values())))}


def _mean_of(values: Floats) -> Floats:
    """Over the first axis, of what is not NaN; NaN of nothing."""
    judging = np.isfinite(values).sum(axis=0)
    mean: Floats = np.where(judging > 0, np.nansum(values, axis=0) / np.maximum(judging, 1), np.nan)
    return mean
