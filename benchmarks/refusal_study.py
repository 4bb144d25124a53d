"""Refusal thresholds of the calibrated relevance, and how they do on questions they were not fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.clock import table
from rag_app.generation.refusal import FALSE_REFUSAL_COST, fit_threshold
from ranking import defaults
from ranking.learning.calibration import Floats
from ranking.learning.judged import Judged
from ranking.learning.scoring import best_log_odds
from ranking.ranker import Ranker
from ranking.relevance import RelevanceModel

FALSE_REFUSAL_COSTS = (1.0, 2.0, 3.0)  # an answerable question refused, against an unanswerable one answered
FOLDS = 10
SEED = 20_260_101


def best_probabilities(judged: Judged, model: RelevanceModel) -> Floats:
    """Probability of each question's best candidate (questions,), which the refusal decides by."""
    log_odds = best_log_odds(judged, Ranker(model, defaults.ENSEMBLE))
    made: Floats = np.exp(-np.logaddexp(0.0, -log_odds))
    return made


def shipped_threshold(sets: Mapping[str, Judged], model: RelevanceModel) -> float | None:
    """Of the sets that hold questions of both kinds; None where none does."""
    answered, refused = _both_kinds(sets, model)
    if not answered.size or not refused.size:
        return None
    return fit_threshold(answered.tolist(), refused.tolist(), false_refusal_cost=FALSE_REFUSAL_COST).threshold


def thresholds(sets: Mapping[str, Judged], model: RelevanceModel) -> str:
    """A row a cost: the threshold, and by cross-validation what it refuses rightly and wrongly."""
    answered, refused = _both_kinds(sets, model)
    if not answered.size or not refused.size:
        return "No set holds questions of both kinds.\n"
    rows = []
    for cost in FALSE_REFUSAL_COSTS:
        fit = fit_threshold(answered.tolist(), refused.tolist(), false_refusal_cost=cost)
        wrongly, rightly = _cross_validated(answered, refused, cost)
        share = rightly * refused.size, wrongly * answered.size
        precision = share[0] / sum(share) if sum(share) else 0.0
        rows.append(
            (f"{cost:g}", f"{fit.threshold:.3f}", f"{precision:.2f}", f"{rightly:.2f}", f"{wrongly:.2f}")
        )
    heads = ("a false refusal costs", "threshold", "precision held out", "recall", "wrongly refused")
    return table(heads, rows)


def _both_kinds(sets: Mapping[str, Judged], model: RelevanceModel) -> tuple[Floats, Floats]:
    chosen = [judged for judged in sets.values() if not judged.answerable.all()]
    best = [best_probabilities(judged, model) for judged in chosen]
    answered = [b[judged.answerable] for b, judged in zip(best, chosen, strict=True)]
    refused = [b[~judged.answerable] for b, judged in zip(best, chosen, strict=True)]
    return np.concatenate([*answered, np.empty(0)]), np.concatenate([*refused, np.empty(0)])


def _cross_validated(answered: Floats, refused: Floats, cost: float) -> tuple[float, float]:
    """Shares refused, of the answerable and of the others, by thresholds fitted without them."""
    folds = [_folds(values.size) for values in (answered, refused)]
    wrongly = rightly = 0
    for number in range(FOLDS):
        kept = [values[fold != number] for values, fold in zip((answered, refused), folds, strict=True)]
        if not all(values.size for values in kept):
            continue
        threshold = fit_threshold(*_lists(kept), false_refusal_cost=cost).threshold
        wrongly += int((answered[folds[0] == number] < threshold).sum())
        rightly += int((refused[folds[1] == number] < threshold).sum())
    return wrongly / answered.size, rightly / refused.size


def _lists(kept: Sequence[Floats]) -> Sequence[list[float]]:
    return [values.tolist() for values in kept]


def _folds(size: int) -> np.ndarray:
    return np.random.default_rng(SEED).permutation(size) % FOLDS
