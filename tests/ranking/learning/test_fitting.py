from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranking.candidate import Signal
from ranking.ensemble import EnsembleWeights, combine
from ranking.learning.fitting import fit, fit_relevance, varying
from ranking.learning.scoring import scores
from ranking.ranker import Ranker, from_parameters, to_parameters
from ranking.relevance import relevant
from tests.ranking.candidates import a_candidate
from tests.ranking.learning.questions import SHIPPED, generated


def test_a_cross_encoder_that_knows_is_trusted_more_and_one_that_guesses_less() -> None:
    knowing = fit(generated(200, logit_says=3.0, rank_says=0.0), SHIPPED, "v")
    guessing = fit(generated(200, logit_says=0.0, rank_says=3.0), SHIPPED, "v")
    assert knowing.relevance.trust > SHIPPED.relevance.trust > guessing.relevance.trust


def test_a_boost_that_knows_gets_weight_and_the_bound_holds() -> None:
    fitted = fit(generated(200, logit_says=1.0, feedback_says=2.0), SHIPPED, "v")
    assert fitted.weights.boosts["feedback"] > 0.1
    assert sum(fitted.weights.boosts.values()) <= fitted.weights.bound / 2 + 1e-12


def test_where_the_boosts_have_all_they_may_the_one_that_knows_takes_from_the_others() -> None:
    weights = EnsembleWeights(bound=1.0, boosts={"feedback": 0.1, "noise": 0.4}, version="full")
    full = replace(SHIPPED, weights=weights)
    judged = generated(200, logit_says=1.0, feedback_says=2.0)
    noise = np.random.default_rng(1).uniform(-1, 1, judged.logits.shape)
    fitted = fit(replace(judged, boosts={**judged.boosts, "noise": noise}), full, "v")
    assert fitted.weights.boosts["feedback"] > 0.3
    assert fitted.weights.boosts["noise"] < 0.2


def test_a_boost_that_never_varies_keeps_its_weight() -> None:
    judged = generated(60, feedback_says=1.0)
    assert varying(judged, SHIPPED.weights) == ["feedback"]
    assert fit(judged, SHIPPED, "v").weights.boosts["freshness"] == SHIPPED.weights.boosts["freshness"]


def test_few_questions_move_less_than_many() -> None:
    def moved(questions: int) -> float:
        fitted = fit_relevance(generated(questions, logit_says=3.0), SHIPPED.relevance)
        return abs(fitted.slope - SHIPPED.relevance.slope)

    assert moved(25) < moved(400)


def test_with_hardly_a_relevant_passage_the_calibration_stays() -> None:
    assert fit_relevance(generated(5), SHIPPED.relevance) == SHIPPED.relevance


def test_the_fit_is_the_same_each_time() -> None:
    judged = generated(40, feedback_says=1.0)
    assert to_parameters(fit(judged, SHIPPED, "v")) == to_parameters(fit(judged, SHIPPED, "v"))


def test_scores_are_those_of_the_stages() -> None:
    judged = generated(1, feedback_says=1.0)
    candidates = [a_candidate(str(i), int(rank)) for i, rank in enumerate(judged.ranks[0])]
    with_relevance = relevant(candidates, judged.logits[0].tolist(), SHIPPED.relevance)
    names = list(judged.boosts)
    boosts = [{n: Signal(None, float(judged.boosts[n][0, i])) for n in names} for i in range(len(candidates))]
    staged = {c.id: c.score for c in combine(with_relevance, boosts, SHIPPED.weights)}
    made = scores(judged, SHIPPED)[0]
    assert [staged[str(i)] for i in range(len(candidates))] == pytest.approx(made.tolist())


@settings(max_examples=15, deadline=None)
@given(st.integers(20, 60), st.floats(-2, 3), st.floats(-2, 3), st.floats(-2, 3), st.integers(0, 10_000))
def test_whatever_the_labels_what_is_learned_keeps_the_constraint(
    questions: int, logit: float, rank: float, feedback: float, seed: int
) -> None:
    """Trust in 0..1, orders kept, boosts together within C/2: the constructors would refuse anything else."""
    judged = generated(questions, logit_says=logit, rank_says=rank, feedback_says=feedback, seed=seed)
    fitted = fit(judged, SHIPPED, "v")
    assert from_parameters(to_parameters(fitted)) == fitted
    assert np.isfinite([v for v in dataclasses.astuple(fitted.relevance) if isinstance(v, float)]).all()
    assert isinstance(fitted, Ranker)
