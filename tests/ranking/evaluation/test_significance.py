from __future__ import annotations

import numpy as np
import pytest

from ranking.evaluation.significance import Interval, paired_bootstrap


def _random() -> np.random.Generator:
    return np.random.default_rng(7)


def test_the_same_difference_everywhere_has_no_doubt() -> None:
    (interval,) = paired_bootstrap(np.full((40, 1), 0.25), _random(), resamples=500)
    assert (interval.difference, interval.low, interval.high) == pytest.approx((0.25, 0.25, 0.25))
    assert interval.clear


def test_the_interval_is_that_of_the_central_limit_theorem() -> None:
    differences = _random().normal(0.05, 0.3, (400, 1))
    (interval,) = paired_bootstrap(differences, _random())
    centre, half_width = differences.mean(), 1.96 * differences.std() / np.sqrt(400)
    assert interval.difference == pytest.approx(centre)
    assert interval.low == pytest.approx(centre - half_width, abs=0.002)
    assert interval.high == pytest.approx(centre + half_width, abs=0.002)


def test_all_comparisons_are_drawn_together() -> None:
    differences = _random().normal(size=(30, 1))
    first, same, opposite = paired_bootstrap(
        np.hstack([differences, differences, -differences]), _random(), resamples=2000
    )
    assert first == same
    assert (opposite.low, opposite.high) == pytest.approx((-first.high, -first.low))


def test_it_repeats_with_the_same_randomness_beyond_one_batch() -> None:
    differences = _random().normal(size=(5000, 1))
    runs = [paired_bootstrap(differences, _random(), resamples=900) for _ in range(2)]
    assert runs[0] == runs[1]


@pytest.mark.parametrize(("low", "high", "clear"), [(0.1, 0.2, True), (-0.2, -0.1, True), (-0.1, 0.1, False)])
def test_clear_of_zero(low: float, high: float, clear: bool) -> None:
    assert Interval(0.0, low, high).clear is clear


def test_without_questions_there_is_nothing_to_compare() -> None:
    with pytest.raises(ValueError, match="no questions"):
        paired_bootstrap(np.empty((0, 2)), _random())
