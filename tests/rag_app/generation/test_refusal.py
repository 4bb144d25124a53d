from __future__ import annotations

import pytest

from rag_app.generation.refusal import Refusal, decide, fit_threshold
from storage.errors import InvalidInput
from tests.rag_app.generation.passages import a_passage


def test_the_best_candidate_decides_wherever_it_stands() -> None:
    candidates = [a_passage("a", relevance=-3.0), a_passage("b", relevance=0.0)]
    assert decide(candidates, threshold=0.5) is None
    assert decide(candidates, threshold=0.51) == Refusal(0.5, 0.51)


def test_nothing_found_is_refused_even_at_threshold_zero() -> None:
    assert decide([], threshold=0.0) == Refusal(0.0, 0.0)


def test_a_clean_gap_gives_its_middle() -> None:
    fit = fit_threshold([0.9, 0.8], [0.1, 0.2])
    assert fit.threshold == pytest.approx(0.5)
    assert (fit.balanced_accuracy, fit.precision, fit.recall) == (1.0, 1.0, 1.0)
    assert (fit.answerable, fit.unanswerable) == (2, 2)


def test_an_overlap_is_cut_where_balanced_accuracy_is_highest() -> None:
    # Below 0.5 lie one of four answerable and two of two unanswerable: (3/4 + 1) / 2. No cut does better.
    fit = fit_threshold([0.2, 0.6, 0.8, 0.9], [0.1, 0.4])
    assert fit.threshold == pytest.approx(0.5)
    assert fit.balanced_accuracy == pytest.approx(0.875)
    assert fit.precision == pytest.approx(2 / 3)
    assert fit.recall == 1.0


def test_a_dear_false_refusal_moves_the_cut_down() -> None:
    # At 0.15 nothing answerable is refused, one of two unanswerable is answered: cost 1/2 against 4/4.
    fit = fit_threshold([0.2, 0.6, 0.8, 0.9], [0.1, 0.4], false_refusal_cost=4.0)
    assert fit.threshold == pytest.approx(0.15)
    assert fit.precision == 1.0
    assert fit.recall == 0.5


def test_where_nothing_separates_them_nothing_is_refused_or_everything() -> None:
    fit = fit_threshold([0.5], [0.5])
    assert fit.balanced_accuracy == 0.5


def test_of_equally_good_gaps_the_widest_wins() -> None:
    # Cuts in (0.1, 0.2) and in (0.3, 0.9) both cost one half; the second is wider.
    assert fit_threshold([0.2, 0.9], [0.1, 0.3]).threshold == pytest.approx(0.6)


def test_the_fit_does_not_depend_on_the_order() -> None:
    assert fit_threshold([0.9, 0.6, 0.7], [0.2, 0.65]) == fit_threshold([0.7, 0.9, 0.6], [0.65, 0.2])


@pytest.mark.parametrize(
    ("answerable", "unanswerable", "named"),
    [
        ([], [0.1], "answered"),
        ([0.1], [], "not answered"),
        ([1.5], [0.1], "1.5"),
        ([0.5], [float("nan")], "nan"),
    ],
)
def test_what_cannot_be_fitted_is_named(
    answerable: list[float], unanswerable: list[float], named: str
) -> None:
    with pytest.raises(InvalidInput, match=named) as raised:
        fit_threshold(answerable, unanswerable)
    assert raised.value.remedy
