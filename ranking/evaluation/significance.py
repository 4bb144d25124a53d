"""Is a difference more than luck of the questions? The paired bootstrap (Efron 1979; Sakai 2006)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DRAWS_AT_ONCE = 2_000_000  # numbers held in memory


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean difference and the percentile interval around it; `clear` of zero or not."""

    difference: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        return self.low > 0 or self.high < 0


def paired_bootstrap(
    differences: NDArray[np.float64],
    random: np.random.Generator,
    resamples: int = 10_000,
    confidence: float = 0.95,
) -> list[Interval]:
    """One interval a column of `differences` (questions x comparisons), all from the same resamples.

    Raises ValueError without a question.
    """
    questions = differences.shape[0]
    if questions == 0:
        raise ValueError("there are no questions to compare on")
    batch = max(1, _DRAWS_AT_ONCE // questions)
    means = np.concatenate(
        [
            _resampled_means(differences, random, min(batch, resamples - done))
            for done in range(0, resamples, batch)
        ]
    )
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail], axis=0)
    centre = differences.mean(axis=0)
    return [Interval(*map(float, row)) for row in zip(centre, low, high, strict=True)]


def _resampled_means(
    differences: NDArray[np.float64], random: np.random.Generator, resamples: int
) -> NDArray[np.float64]:
    """(resamples, comparisons): a resample is how often each question was drawn, so a product does it."""
    questions = differences.shape[0]
    drawn = random.integers(0, questions, (resamples, questions))
    drawn += np.arange(resamples)[:, None] * questions
    counts = np.bincount(drawn.ravel(), minlength=resamples * questions).reshape(resamples, questions)
    means: NDArray[np.float64] = counts @ differences / questions
    return means
