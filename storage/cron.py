"""When a schedule in the five fields of cron is due, in UTC: no hour is skipped or comes twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def next_due(cron: str, after: datetime) -> datetime:
    """The first due time later than `after`."""
    from croniter import croniter  # late: only for those who schedule

    found: datetime = croniter(cron, after.astimezone(UTC)).get_next(datetime)
    return found


def last_due(cron: str, since: datetime, now: datetime) -> datetime | None:
    """The latest due time after `since` that has come by `now`: the one to make up of those missed."""
    from croniter import croniter

    if next_due(cron, since) > now:
        return None
    latest: datetime = croniter(cron, now.astimezone(UTC) + timedelta(seconds=1)).get_prev(datetime)
    return max(latest, next_due(cron, since))
