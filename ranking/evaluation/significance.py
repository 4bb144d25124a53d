"""Is a difference more than luck of the questions? The paired bootstrap (Efron 1979; Sakai 2006)."""

from __future__ import annotations

from collections.abc import Sequence
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
    if differences.shape[0] == 0:
        raise ValueError("there are no questions to compare on")
    means = _all_resampled_means(differences, random, resamples)
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail], axis=0)
    centre = differences.mean(axis=0)
    return [Interval(*map(float, row)) for row in zip(centre, low, high, strict=True)]


def _all_resampled_means(
    values: NDArray[np.float64], random: np.random.Generator, resamples: int
) -> NDArray[np.float64]:
    batch = max(1, _DRAWS_AT_ONCE // values.shape[0])
    return np.concatenate(
        [
            _resampled_means(values, random, min(batch, resamples - done))
            for done in range(0, resamples, batch)
        ]
    )


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


@dataclass(frozen=True, slots=True)
class RelativeGain:
    """`after / before - 1` of two means over the same questions; None where `before` is zero."""

    questions: int
    before: float
    after: float
    relative: float | None
    low: float | None
    high: float | None


def relative_gain(
    before: Sequence[float],
    after: Sequence[float],
    random: np.random.Generator,
    resamples: int = 10_000,
    confidence: float = 0.95,
) -> RelativeGain:
    """The ratio is taken in every resample, so that its interval knows how they move together."""
    values = np.column_stack([before, after]).astype(np.float64)
    mean_before, mean_after = (float(mean) for mean in values.mean(axis=0))
    if mean_before <= 0:
        return RelativeGain(len(values), mean_before, mean_after, None, None, None)
    drawn = _all_resampled_means(values, random, resamples)
    drawn = drawn[drawn[:, 0] > 0]  # a resample of misses alone has no ratio
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(drawn[:, 1] / drawn[:, 0] - 1.0, [tail, 1.0 - tail])
    relative = mean_after / mean_before - 1.0
    return RelativeGain(len(values), mean_before, mean_after, relative, float(low), float(high))
