from datetime import UTC, datetime, timedelta

import pytest

from ranking.signals.freshness import freshness, of_candidate
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
    candidate = a_candidate("a", modified=NOW - timedelta(days=365))

    assert of_candidate(candidate, NOW, 365).normalised == pytest.approx(0.0)
