"""Which sets are ingested by the clock, and since when their due times count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from storage.database import Database
from storage.tables import schedules


@dataclass(frozen=True, slots=True)
class Schedule:
    """`since`: when it was set, or the due time that was last seen to."""

    set_name: str
    cron: str
    since: datetime


class Schedules:
    """The schedules in `database`; `now` gives aware times."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def all(self) -> list[Schedule]:
        """By set."""
        columns = schedules.c.set_name, schedules.c.cron, schedules.c.since
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).order_by(schedules.c.set_name))
            return [Schedule(*row) for row in rows]

    def seen_to(self, schedule: Schedule, moment: datetime) -> None:
        """Due times up to `moment` are done with, unless the schedule was changed meanwhile."""
        same = schedules.c.set_name == schedule.set_name, schedules.c.cron == schedule.cron
        with self._database.writing() as connection:
            unchanged = update(schedules).where(*same, schedules.c.since == schedule.since)
            connection.execute(unchanged.values(since=moment))


def set_schedule(connection: Connection, set_name: str, cron: str | None, moment: datetime) -> None:
    """With the change of the set itself; due times count from now on, where it is another schedule."""
    former = connection.scalar(select(schedules.c.cron).where(schedules.c.set_name == set_name))
    if former == cron:
        return
    connection.execute(delete(schedules).where(schedules.c.set_name == set_name))
    if cron is not None:
        connection.execute(insert(schedules).values(set_name=set_name, cron=cron, since=moment))
