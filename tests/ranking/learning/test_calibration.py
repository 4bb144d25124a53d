from __future__ import annotations

import math

import numpy as np
import pytest

from ranking.learning.calibration import bent, likeliest, straight
from ranking.relevance import RelevanceModel

VALUES = np.array([0.0] * 4 + [2.0] * 4)
RELEVANT = np.array([1, 0, 0, 0, 1, 1, 1, 0], dtype=float)


def test_two_values_are_given_the_shares_that_are_relevant() -> None:
    # At 0 one of four is relevant, at 2 three of four: log-odds -ln 3 and +ln 3.
    slope, intercept = likeliest(straight(VALUES), RELEVANT)
    assert intercept == pytest.approx(-math.log(3), abs=1e-4)
    assert slope == pytest.approx(math.log(3), abs=1e-4)


def test_three_values_bend_the_line() -> None:
    # Shares 1/4 at -20, 1/2 at 0 and 9/10 at 20: two slopes and an intercept meet all three.
    logits = np.repeat([-20.0, 0.0, 20.0], [4, 2, 10])
    relevant = np.array([1, 0, 0, 0, 1, 0, 0, *[1] * 9], dtype=float)
    slope, upper, intercept = likeliest(bent(logits), relevant)
    model = RelevanceModel(slope, intercept, 0.0, 1.0, 0.5, "test", upper_slope=upper)
    assert model.cross_encoder_log_odds(-20.0) == pytest.approx(-math.log(3), abs=1e-3)
    assert model.cross_encoder_log_odds(0.0) == pytest.approx(0.0, abs=1e-3)
    assert model.cross_encoder_log_odds(20.0) == pytest.approx(math.log(9), abs=1e-3)


def test_rows_count_by_their_weights() -> None:
    # Of three rows that count one is relevant: log-odds ln(1/2).
    weights = np.array([1.0, 1.0, 1.0, 0.0])
    (intercept,) = likeliest(np.ones((4, 1)), np.array([1.0, 0.0, 0.0, 1.0]), weights=weights)
    assert intercept == pytest.approx(math.log(1 / 2), abs=1e-4)


def test_a_prior_that_is_all_the_evidence_is_returned() -> None:
    columns, prior = straight(np.array([-5.0, 0.0, 5.0])), np.array([0.4, -2.0])
    found = likeliest(columns, np.array([1.0, 1.0, 0.0]), prior=prior, share=1.0)
    assert found == pytest.approx(prior, abs=1e-3)


def test_a_prior_holds_back_labels_of_one_kind() -> None:
    columns = straight(np.array([1.0, 2.0, 3.0]))
    slope, intercept = likeliest(columns, np.ones(3), prior=np.array([1.0, -2.0]), share=0.5)
    # At 2 the prior says 1/2 and the labels say 1: together about 3/4.
    assert 0.6 < 1 / (1 + math.exp(-(2 * slope + intercept))) < 0.9
