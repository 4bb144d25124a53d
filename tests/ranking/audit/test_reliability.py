import pytest

from ranking.audit.reliability import Bin, calibration_error, reliability


def test_bins_hold_what_was_told_and_what_was_so() -> None:
    bins = reliability(
        {"q1": ["a", "b", "c"], "q2": ["d"], "unjudged": ["e"]},
        {"q1": [1.0, 0.12, 0.18], "q2": [0.95], "unjudged": [0.5]},
        {"q1": {"a", "b"}, "q2": {"x"}},
    )

    assert [(b.observed, b.candidates) for b in bins] == [(0.5, 2), (0.5, 2)]
    assert [b.told for b in bins] == pytest.approx([0.15, 0.975])
    assert calibration_error(bins) == pytest.approx((0.35 * 2 + 0.475 * 2) / 4)


def test_nothing_told_is_no_error() -> None:
    assert calibration_error(()) == 0.0
    assert calibration_error((Bin(0.5, 0.5, 3),)) == 0.0
