from __future__ import annotations

import dataclasses

import numpy as np

from ranking.learning.trial import MINIMUM_QUESTIONS, try_out
from ranking.ranker import Ranker
from tests.ranking.learning.questions import SHIPPED, generated


def _random() -> np.random.Generator:
    return np.random.default_rng(1)


def test_a_gain_on_unseen_questions_is_accepted_and_told() -> None:
    trial = try_out(generated(200, logit_says=3.0, rank_says=0.0), SHIPPED, SHIPPED, _random())
    overall = trial.levels["overall"]
    assert trial.accepted
    assert overall.after > overall.before
    assert overall.interval.low > 0
    assert set(trial.levels) == {"document", "passage", "overall"}
    assert trial.questions == 200


def test_a_ranker_in_use_that_is_better_is_not_replaced() -> None:
    """A trust of 1 is right here, and a fit held back to the shipped one stays below it."""
    judged = generated(60, logit_says=2.0, rank_says=-3.0)

    def in_use(trust: float) -> Ranker:
        return Ranker(dataclasses.replace(SHIPPED.relevance, trust=trust), SHIPPED.weights)

    refused = try_out(judged, in_use(1.0), SHIPPED, _random())
    assert not refused.accepted
    assert "falls by" in refused.reason
    assert try_out(judged, in_use(0.0), SHIPPED, _random()).accepted


def test_noise_is_refused_with_the_reason() -> None:
    trial = try_out(generated(MINIMUM_QUESTIONS, logit_says=0.3, rank_says=0.3), SHIPPED, SHIPPED, _random())
    assert not trial.accepted
    assert "held out" in trial.reason or "interval begins" in trial.reason


def test_too_few_questions_are_not_tried() -> None:
    trial = try_out(generated(5), SHIPPED, SHIPPED, _random())
    assert (trial.accepted, trial.levels, trial.learned) == (False, {}, SHIPPED)
    assert "5 judged questions are too few" in trial.reason


def test_the_same_questions_give_the_same_trial() -> None:
    judged = generated(40)
    first, second = (try_out(judged, SHIPPED, SHIPPED, _random()) for _ in range(2))
    assert first.levels == second.levels
