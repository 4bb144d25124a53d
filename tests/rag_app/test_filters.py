from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from rag_app.filters import checked_filters, parsed_date
from storage.errors import InvalidInput
from storage.scope import EVERYTHING, Filters


def test_days_are_whole_and_times_without_a_zone_are_utc() -> None:
    day = date(2026, 3, 31)
    assert checked_filters(day, day) == Filters(
        datetime(2026, 3, 31, tzinfo=UTC), datetime(2026, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    )
    noon = datetime(2026, 3, 31, 12)  # noqa: DTZ001
    here = datetime(2026, 3, 31, 12, tzinfo=timezone(timedelta(hours=2)))
    assert checked_filters(here, noon) == Filters(here, datetime(2026, 3, 31, 12, tzinfo=UTC))
    assert checked_filters() == EVERYTHING


def test_types_are_those_of_the_converters() -> None:
    assert checked_filters(types=["PDF", " docx "]).kinds == {"pdf", "docx"}
    with pytest.raises(InvalidInput, match=r"no file type 'exe'.*Choose among .*docx, .*pdf"):
        checked_filters(types=["exe"])


def test_dates_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"from 2026-02-01 until 2026-01-01.*Swap"):
        checked_filters(date(2026, 2, 1), date(2026, 1, 1))


def test_dates_as_they_are_typed() -> None:
    assert parsed_date("2026-03-31") == date(2026, 3, 31)
    assert parsed_date("2026-03-31T09:30:00Z") == datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
    for text in ("31.3.2026", "2026-13-01", "", "yesterday"):
        with pytest.raises(InvalidInput, match="is no date"):
            parsed_date(text)
