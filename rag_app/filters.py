"""The door that filters of a question come through: dates and file types."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time

from ingestion.converters.kinds import EXTENSIONS
from storage.errors import InvalidInput
from storage.scope import Filters

__all__ = ["Filters", "checked_filters", "parsed_date"]

KINDS = frozenset(EXTENSIONS.values())


def checked_filters(
    modified_from: datetime | date | None = None,
    modified_until: datetime | date | None = None,
    types: Collection[str] | None = None,
) -> Filters:
    """Both dates are included, a day as a whole; times without a zone are UTC. Raises InvalidInput."""
    since = _moment(modified_from, time.min)
    until = _moment(modified_until, time.max)
    if since and until and since > until:
        raise InvalidInput(
            f"No document was modified from {modified_from} until {modified_until}.", "Swap the two dates."
        )
    return Filters(since, until, frozenset(map(_kind, types or ())))


def parsed_date(text: str) -> datetime | date:
    """`2026-03-31`, or a time in ISO 8601."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-03-31") else datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"{text[:40]!r} is no date.", "Write it as in 2026-03-31 or 2026-03-31T09:30:00Z."
        ) from error


def _moment(day: datetime | date | None, within: time) -> datetime | None:
    if day is None:
        return None
    moment = day if isinstance(day, datetime) else datetime.combine(day, within, UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _kind(name: str) -> str:
    kind = name.strip().lower()
    if kind not in KINDS:
        raise InvalidInput(
            f"There is no file type {name[:40]!r}.", f"Choose among {', '.join(sorted(KINDS))}."
        )
    return kind
