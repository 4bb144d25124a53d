from __future__ import annotations

import math

import numpy as np
import pytest

from ranking.evaluation.reliability import Bin, calibration_error, diagram, log_loss, reliability

SAID = np.array([0.05, 0.05, 0.35, 0.95, 1.0])
TRUE = np.array([0.0, 1.0, 1.0, 1.0, 0.0])


def test_pairs_fall_into_ten_equal_parts_and_empty_ones_are_left_out() -> None:
    parts = reliability(SAID, TRUE)
    assert [part.pairs for part in parts] == [2, 1, 2]
    assert [part.said for part in parts] == pytest.approx([0.05, 0.35, 0.975])
    assert [part.true for part in parts] == [0.5, 1.0, 0.5]


def test_the_error_is_the_mean_distance_weighted_by_pairs() -> None:
    # (2 * 0.45 + 1 * 0.65 + 2 * 0.475) / 5
    assert calibration_error(reliability(SAID, TRUE)) == pytest.approx(0.5)
    assert calibration_error([]) == 0.0


def test_what_is_said_and_comes_true_has_no_error() -> None:
    assert calibration_error(reliability(np.full(4, 0.25), np.array([1.0, 0, 0, 0]))) == 0.0


def test_log_loss_by_hand_and_at_the_ends() -> None:
    # Probabilities 1/2 and 3/4, both relevant: (ln 2 + ln 4/3) / 2.
    loss = log_loss(np.array([0.0, math.log(3)]), np.ones(2))
    assert loss == pytest.approx((math.log(2) + math.log(4 / 3)) / 2)
    assert log_loss(np.array([1000.0, -1000.0]), np.array([1.0, 0.0])) == 0.0


def test_the_diagram_draws_every_part_where_it_belongs() -> None:
    drawn = diagram({"before": [Bin(3, 0.5, 0.25)], "after": [Bin(3, 1.0, 0.0)]}, "All pairs")
    assert 'points="160.0,220.0"' in drawn  # half of the way right, a quarter of the way up
    assert 'points="280.0,280.0"' in drawn
    assert "before, ECE 0.250" in drawn
    assert drawn.count("<circle") == 2
