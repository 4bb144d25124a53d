"""Ingestion by the clock: each due time starts one job, whichever of the workers sees it first."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.cron import last_due
from storage.errors import Problem, Transient
from storage.schedules import Schedule, Schedules

LOG = logging.getLogger("rag_app.worker")
CLOCK_SET_BACK = timedelta(hours=1)  # more than the clocks of machines ever differ


@dataclass(frozen=True)
class Scheduler:
    """`start(set, key)` starts a job; the same key starts it once.

    What came due while nothing ran is made up once. While a set has a job, its due time waits.
    """

    schedules: Schedules
    start: Callable[[str, str], object]
    now: Callable[[], datetime]

    def is_due(self) -> bool:
        """Whether a worker is wanted."""
        return any(last_due(one.cron, one.since, self.now()) for one in self.schedules.all())

    def run_due(self) -> list[str]:
        """The sets whose jobs were started, here or, a moment ago, by another worker."""
        return [one.set_name for one in self.schedules.all() if self._run(one)]

    def _run(self, schedule: Schedule) -> bool:
        moment = self.now()
        if schedule.since > moment + CLOCK_SET_BACK:
            self.schedules.seen_to(schedule, moment)
            return False
        due = last_due(schedule.cron, schedule.since, moment)
        if due is None:
            return False
        started = self._start(schedule, due)
        if started is not None:
            self.schedules.seen_to(schedule, due)
        return bool(started)

    def _start(self, schedule: Schedule, due: datetime) -> bool | None:
        """None: to be tried again soon."""
        try:
            self.start(schedule.set_name, f"schedule {due.isoformat()} {schedule.set_name}")
        except Transient:
            return None
        except Problem as problem:
            LOG.warning("The document set %r was due at %s: %s", schedule.set_name, due.isoformat(), problem)
            return False
        LOG.info("The document set %r was due at %s", schedule.set_name, due.isoformat())
        return True
