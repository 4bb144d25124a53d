from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ranking.signals.boost import QuestionContext
from ranking.signals.freshness import UNASKED, Freshness, fitting, freshness
from storage.scope import Scope
from tests.ranking.candidates import a_candidate

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(("days", "value"), [(0, 1.0), (365, 0.0), (730, -0.5), (1095, -0.75)])
def test_halves_with_every_half_life(days: int, value: float) -> None:
    signal = freshness(NOW - timedelta(days=days), NOW, half_life_days=365)

    assert signal.raw == days
    assert signal.normalised == pytest.approx(value)


def test_an_unknown_date_is_neutral() -> None:
    assert freshness(None, NOW, 365).normalised == 0.0


def test_a_set_that_does_not_age_is_neutral_but_knows_the_age() -> None:
    signal = freshness(NOW - timedelta(days=9), NOW, None)

    assert (signal.raw, signal.normalised) == (9.0, 0.0)


def test_a_date_in_the_future_counts_as_now() -> None:
    assert freshness(NOW + timedelta(days=400), NOW, 365).normalised == 1.0


def test_creation_stands_in_where_no_modification_is_known() -> None:
    created = a_candidate("a", created=NOW - timedelta(days=365))
    both = a_candidate("b", modified=NOW, created=NOW - timedelta(days=365))
    context = QuestionContext("?", np.zeros(2, np.float32), Scope({}, frozenset()), NOW, {"handbook": 365.0})

    signals = Freshness().measure([created, both], context)

    assert [signal.normalised for signal in signals] == pytest.approx([0.0, UNASKED])


YEAR_2024 = (datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("modified", "value"),
    [
        (datetime(2024, 7, 1, tzinfo=UTC), 1.0),
        (datetime(2024, 1, 1, tzinfo=UTC), 1.0),
        (datetime(2022, 12, 31, tzinfo=UTC), 0.0),  # 366 days before, as long as the year was
        (datetime(2026, 1, 2, tzinfo=UTC), 0.0),
        (None, 0.0),
    ],
)
def test_a_period_prefers_its_own_documents(modified: datetime | None, value: float) -> None:
    assert fitting(modified, *YEAR_2024, NOW).normalised == pytest.approx(value)


def test_a_document_from_the_future_is_as_far_from_a_period_as_now() -> None:
    ahead = fitting(NOW + timedelta(days=900), *YEAR_2024, NOW)

    assert ahead == fitting(NOW, *YEAR_2024, NOW)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What is the latest allowance?", 1.0),
        ("What is the allowance?", UNASKED),
        ("What was the allowance in 2020?", 2 * 0.5 ** (1977 / 366) - 1),
    ],
)
def test_counts_as_much_as_the_question_asks_for_it(question: str, value: float) -> None:
    context = QuestionContext(
        question, np.zeros(2, np.float32), Scope({}, frozenset()), NOW, {"handbook": 365.0}
    )

    [signal] = Freshness().measure([a_candidate("a", modified=NOW)], context)

    assert signal.normalised == pytest.approx(value)


def test_a_clock_that_runs_backwards_makes_nothing_older_than_new() -> None:
    assert freshness(NOW, NOW - timedelta(days=3650), 365) == freshness(NOW, NOW, 365)
