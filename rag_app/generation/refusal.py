"""Refusal, decided in code: a language model that is asked beyond its passages invents an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranking.candidate import Candidate
from ranking.relevance import probability
from storage.errors import InvalidInput

FALSE_REFUSAL_COST = 2.0  # an answerable question refused, against an unanswerable one answered
REFUSAL = "The knowledge base does not answer this."


@dataclass(frozen=True, slots=True)
class Refusal:
    """The best passage's probability of relevance stays below the threshold."""

    probability: float
    threshold: float


@dataclass(frozen=True, slots=True)
class ThresholdFit:
    """A threshold and how it does on the questions it was fitted on; precision and recall of refusing.

    `precision` is None where nothing is refused.
    """

    threshold: float
    balanced_accuracy: float
    precision: float | None
    recall: float
    answerable: int
    unanswerable: int


def decide(candidates: Sequence[Candidate], threshold: float) -> Refusal | None:
    """A refusal, or None where at least one candidate is relevant enough; boosts have no say."""
    best = max((probability(candidate.relevance) for candidate in candidates), default=0.0)
    return Refusal(best, threshold) if not candidates or best < threshold else None


def fit_threshold(
    answerable: Sequence[float], unanswerable: Sequence[float], *, false_refusal_cost: float = 1.0
) -> ThresholdFit:
    """The threshold of least cost, from the best passage's probability of each labelled question.

    Cost = `false_refusal_cost` * share of answerable refused + share of unanswerable answered; at 1 the
    least cost is the highest balanced accuracy. The threshold is the middle of the gap between two
    neighbouring values; of equally good gaps the widest. Raises InvalidInput.
    """
    answered, refused = _checked(answerable, "answered"), _checked(unanswerable, "not answered")
    edges = np.unique(np.concatenate([[0.0, 1.0], answered, refused]))
    thresholds = (edges[:-1] + edges[1:]) / 2
    costs = [false_refusal_cost * (answered < t).mean() + (refused >= t).mean() for t in thresholds]
    ties = np.flatnonzero(np.isclose(costs, min(costs), rtol=0, atol=1e-12))
    widest = ties[np.argmax((edges[1:] - edges[:-1])[ties])]
    return _fit(float(thresholds[widest]), answered, refused)


def _checked(probabilities: Sequence[float], kind: str) -> NDArray[np.float64]:
    values = np.asarray(probabilities, dtype=np.float64)
    if not values.size:
        raise InvalidInput(
            f"There is no question labelled as {kind} by the documents.",
            "A refusal threshold is fitted on questions of both kinds: label at least one more.",
        )
    outside = values[~((values >= 0) & (values <= 1))]
    if outside.size:
        raise InvalidInput(f"{outside[0]} is not a probability.", "Give values from 0 to 1.")
    return values


def _fit(threshold: float, answered: NDArray[np.float64], refused: NDArray[np.float64]) -> ThresholdFit:
    wrongly, rightly = int((answered < threshold).sum()), int((refused < threshold).sum())
    recall = rightly / refused.size
    return ThresholdFit(
        threshold,
        balanced_accuracy=(1 - wrongly / answered.size + recall) / 2,
        precision=rightly / (rightly + wrongly) if rightly + wrongly else None,
        recall=recall,
        answerable=answered.size,
        unanswerable=refused.size,
    )
