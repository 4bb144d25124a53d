"""A ranker fitted to judged questions, held back towards the one it starts from.

Calibration and rank curve by likelihood; trust and boost weights by NDCG@5 itself, which has no gradient but
few parameters: one after the other over a grid (coordinate ascent: Metzler and Croft, Linear feature-based
models for information retrieval, 2007).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ranking.ensemble import EnsembleWeights
from ranking.learning.calibration import bent, likeliest, straight
from ranking.learning.judged import Floats, Judged
from ranking.learning.scoring import OVERALL, measured
from ranking.ranker import Ranker
from ranking.relevance import RelevanceModel
from ranking.signals import superseded

PRIOR_QUESTIONS = 50  # the start counts as much as so many judged questions
# Summed NDCG@5 that moving trust by 1, or a boost by all that boosts may have, must bring; it grows squared.
STIFFNESS = 5.0
STEPS = 21
ROUNDS = 2
MINIMUM_PASSAGES = 20  # relevant ones; with fewer, calibration and rank curve stay as they are


def fit(judged: Judged, start: Ranker, version: str) -> Ranker:
    """Deterministic; what the questions say nothing of stays, as does a boost that never varies."""
    relevance = replace(fit_relevance(judged, start.relevance), version=version)
    fitted = Ranker(relevance, replace(start.weights, version=version))
    free = varying(judged, start.weights)
    for _ in range(ROUNDS):
        fitted = max(_by_trust(fitted), key=lambda ranker: _worth(judged, ranker, start))
        for name in free:
            fitted = max(_by_boost(fitted, name, free), key=lambda ranker: _worth(judged, ranker, start))
    return fitted


def fit_relevance(
    judged: Judged, start: RelevanceModel, prior_questions: float = PRIOR_QUESTIONS
) -> RelevanceModel:
    """Calibration and rank curve, on passages: by document, every passage of a right one would count."""
    rows = (judged.levels["passage"].ideal > 0) | ~judged.answerable
    where = judged.real & rows[:, None]
    relevant = (judged.levels["passage"].gains[where] > 0).astype(float)
    if relevant.sum() < MINIMUM_PASSAGES:
        return start
    share = prior_questions / (prior_questions + int(rows.sum()))
    before = np.array([start.slope, start.upper, start.intercept])
    slope, upper, intercept = likeliest(bent(judged.logits[where]), relevant, prior=before, share=share)
    before = np.array([-start.rank_slope, start.rank_intercept])
    columns = straight(np.log(judged.fused[where]))
    fall, rank_intercept = likeliest(columns, relevant, prior=before, share=share)
    if min(slope, upper) <= 0 or fall > 0:  # labels that turn a stage upside down calibrate nothing
        return start
    return replace(
        start,
        slope=float(slope),
        upper_slope=float(upper),
        intercept=float(intercept),
        rank_slope=-float(fall),
        rank_intercept=float(rank_intercept),
    )


def varying(judged: Judged, weights: EnsembleWeights) -> list[str]:
    """Weighted boosts that tell candidates of one question apart in any question.

    The step back behind a replacement is not linear in its weight, and not among them.
    """
    return [
        name
        for name in weights.boosts
        if name != superseded.NAME
        and name in judged.boosts
        and np.any(_spread(judged.boosts[name], judged.real) > 0)
    ]


def _by_trust(ranker: Ranker) -> Iterator[Ranker]:
    for trust in (ranker.relevance.trust, *np.linspace(0.0, 1.0, STEPS)):
        yield replace(ranker, relevance=replace(ranker.relevance, trust=float(trust)))


def _by_boost(ranker: Ranker, name: str, free: Sequence[str]) -> Iterator[Ranker]:
    """The weight as it is, and all others; where the sum would pass the bound, other free ones give way."""
    yield ranker
    boosts = ranker.weights.boosts
    others = [other for other in free if other != name]
    room = ranker.weights.bound / 2 - sum(weight for other, weight in boosts.items() if other not in free)
    for weight in np.linspace(0.0, max(room, 0.0), STEPS):
        taken = sum(boosts[other] for other in others)
        share = min(1.0, max(room - weight, 0.0) / taken) if taken else 1.0
        changed = {**boosts, **{other: boosts[other] * share for other in others}, name: float(weight)}
        yield replace(ranker, weights=replace(ranker.weights, boosts=changed))


def _worth(judged: Judged, ranker: Ranker, start: Ranker) -> float:
    """Mean NDCG@5 less what the distance from the start costs; of equal ones `max` takes the first."""
    values = measured(judged, ranker)[OVERALL]
    judging = int(np.isfinite(values).sum())
    return float(np.nansum(values) - STIFFNESS * _distance(ranker, start)) / max(judging, 1)


def _distance(ranker: Ranker, start: Ranker) -> float:
    most = start.weights.bound / 2
    moved = (
        [(weight - start.weights.boosts[name]) / most for name, weight in ranker.weights.boosts.items()]
        if most
        else []
    )
    return sum(step**2 for step in (ranker.relevance.trust - start.relevance.trust, *moved))


def _spread(values: Floats, real: NDArray[np.bool_]) -> Floats:
    low = np.where(real, values, np.inf).min(axis=1, initial=np.inf)
    high = np.where(real, values, -np.inf).max(axis=1, initial=-np.inf)
    spread: Floats = high - low
    return spread
