from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ranking.signals.boost import QuestionContext
from ranking.signals.freshness import UNASKED, Freshness, freshness
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
