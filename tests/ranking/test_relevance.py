import math
from dataclasses import replace

import pytest

from ranking.relevance import RelevanceModel, by_rank_alone, probability, relevant
from tests.ranking.candidates import a_candidate

MODEL = RelevanceModel(
    slope=0.5, intercept=1.0, rank_intercept=2.0, rank_slope=1.0, trust=0.75, version="test"
)


def test_relevance_mixes_calibrated_logit_and_fused_rank_by_trust() -> None:
    [candidate] = relevant([a_candidate("a", fused_rank=3)], [4.0], MODEL)

    assert candidate.signals["cross_encoder"].raw == 4.0
    assert candidate.signals["cross_encoder"].normalised == pytest.approx(probability(3.0))
    assert candidate.signals["cross_encoder"].contribution == pytest.approx(0.75 * 3.0)
    assert candidate.signals["fused_rank"].contribution == pytest.approx(0.25 * (2.0 - math.log(3)))
    assert candidate.relevance == pytest.approx(0.75 * 3.0 + 0.25 * (2.0 - math.log(3)))


def test_the_fused_rank_is_the_harmonic_mean_over_the_branches_that_found_anything() -> None:
    both = replace(a_candidate("a"), ranks={"bm25": 2, "dense": 6, "fused": 1})
    one = replace(a_candidate("b"), ranks={"bm25": 3, "fused": 2})

    assert [c.signals["fused_rank"].raw for c in by_rank_alone([both, one], MODEL)] == [3.0, 6.0]
    assert [c.signals["fused_rank"].raw for c in by_rank_alone([one], MODEL)] == [3.0]


def test_copies_share_the_best_fused_rank_of_them() -> None:
    copies = [
        replace(a_candidate(name, rank), chunk=a_candidate("x").chunk) for name, rank in (("a", 4), ("b", 2))
    ]
    other = a_candidate("c", 3)

    found = relevant([copies[0], copies[1], other], [1.0, 1.0, 1.0], MODEL)

    assert [c.signals["fused_rank"].raw for c in found] == [2.0, 2.0, 3.0]
    assert found[0].relevance == found[1].relevance
    assert [c.signals["fused_rank"].raw for c in by_rank_alone(copies, MODEL)] == [2.0, 2.0]


def test_a_bent_calibration_has_a_slope_on_either_side() -> None:
    bent = replace(MODEL, upper_slope=0.8)
    # ln(1 + e^0) = ln 2 on both sides: 1 - 0.5 ln 2 + 0.8 ln 2.
    assert bent.cross_encoder_log_odds(0.0) == pytest.approx(1.0 + 0.3 * math.log(2))
    assert bent.cross_encoder_log_odds(100.0) - bent.cross_encoder_log_odds(99.0) == pytest.approx(0.8)
    assert bent.cross_encoder_log_odds(-99.0) - bent.cross_encoder_log_odds(-100.0) == pytest.approx(0.5)
    assert bent.cross_encoder_log_odds(-2000.0) == pytest.approx(1.0 - 1000.0)


def test_without_an_upper_slope_the_calibration_is_straight() -> None:
    assert [MODEL.cross_encoder_log_odds(raw) for raw in (-6.0, 0.0, 6.0)] == pytest.approx([-2.0, 1.0, 4.0])


def test_without_a_cross_encoder_the_fused_rank_decides_alone() -> None:
    first, second = by_rank_alone([a_candidate("a", 1), a_candidate("b", 2)], MODEL)

    assert first.relevance == pytest.approx(2.0)
    assert second.relevance == pytest.approx(2.0 - math.log(2))
    assert "cross_encoder" not in first.signals


@pytest.mark.parametrize("raw", [math.nan, math.inf, -math.inf])
def test_a_score_that_is_no_number_is_refused_by_name(raw: float) -> None:
    with pytest.raises(ValueError, match="candidate a"):
        relevant([a_candidate("a")], [raw], MODEL)


def test_a_missing_score_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        relevant([a_candidate("a"), a_candidate("b")], [1.0], MODEL)


def test_probability_is_stable_at_both_ends() -> None:
    assert probability(0.0) == 0.5
    assert probability(1000.0) == 1.0
    assert probability(-1000.0) == 0.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"trust": 1.1},
        {"trust": -0.1},
        {"slope": 0.0},
        {"slope": -1.0},
        {"rank_slope": -1.0},
        {"upper_slope": 0.0},
    ],
)
def test_a_model_that_would_turn_the_order_round_is_refused(wrong: dict[str, float]) -> None:
    parameters = {
        "slope": 1.0,
        "intercept": 0.0,
        "rank_intercept": 0.0,
        "rank_slope": 1.0,
        "trust": 0.5,
        **wrong,
    }
    with pytest.raises(ValueError, match="must"):
        RelevanceModel(**parameters, version="test")
