from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from storage.cron import last_due, next_due

NIGHTLY = "30 2 * * *"


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_the_next_due_time_is_later_and_in_utc() -> None:
    assert next_due(NIGHTLY, _at(1, 2)) == _at(1, 2, 30)
    assert next_due(NIGHTLY, _at(1, 2, 30)) == _at(2, 2, 30)
    local = datetime(2026, 3, 1, 3, 0, tzinfo=timezone(timedelta(hours=1)))  # 02:00 in UTC
    assert next_due(NIGHTLY, local) == _at(1, 2, 30)


def test_no_hour_is_skipped_where_clocks_change() -> None:
    days = [next_due(NIGHTLY, datetime(2026, 3, day, 12, tzinfo=UTC)) for day in (28, 29, 30)]
    assert [(due.day, due.hour, due.minute) for due in days] == [(29, 2, 30), (30, 2, 30), (31, 2, 30)]


def test_of_what_was_missed_the_latest_is_due() -> None:
    assert last_due(NIGHTLY, _at(1, 12), _at(2, 2, 29)) is None
    assert last_due(NIGHTLY, _at(1, 12), _at(2, 2, 30)) == _at(2, 2, 30)
    assert last_due(NIGHTLY, _at(1, 12), _at(9, 12)) == _at(9, 2, 30)
    assert last_due(NIGHTLY, _at(9, 2, 30), _at(9, 12)) is None
    assert last_due(NIGHTLY, _at(9, 12), _at(1, 12)) is None  # a clock that was set back
