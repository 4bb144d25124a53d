"""Who works on jobs, and whether it still lives: told by beats that stand still, not by clocks that agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from storage.database import Database
from storage.jobs.tables import jobs, workers


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """A process that works on jobs; of those that bring their own, `takes_jobs` is false."""

    id: str
    host: str
    pid: int
    takes_jobs: bool
    beats: int
    lease_seconds: float
    started: datetime
    seen: datetime


class Workers:
    """The workers in `database`; `now` gives aware times."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def register(self, worker: str, host: str, pid: int, lease_seconds: float, *, takes_jobs: bool) -> None:
        moment = self._now()
        values = {"id": worker, "host": host, "pid": pid, "takes_jobs": takes_jobs, "beats": 0}
        times = {"lease_seconds": lease_seconds, "started": moment, "seen": moment}
        with self._database.writing() as connection:
            connection.execute(insert(workers).values(**values, **times))

    def beat(self, worker: str) -> bool:
        """Shows that it lives; False where others have taken it for dead."""
        its_row = update(workers).where(workers.c.id == worker)
        with self._database.writing() as connection:
            found = connection.execute(its_row.values(beats=workers.c.beats + 1, seen=self._now()))
            return bool(found.rowcount)

    def all(self) -> list[WorkerRecord]:
        query = select(*(workers.c[name] for name in WorkerRecord.__dataclass_fields__))
        with self._database.reading() as connection:
            return [WorkerRecord(*row) for row in connection.execute(query.order_by(workers.c.started))]

    def bury(self, worker: str, beats: int) -> list[str]:
        """Puts what a dead worker had taken back into the queue, unless it has beaten since.

        The ids of those jobs. Of several that see it dead, one buries it.
        """
        with self._database.writing() as connection:
            its_row = workers.c.id == worker, workers.c.beats == beats
            if not connection.execute(delete(workers).where(*its_row)).rowcount:
                return []
            return _freed(connection, jobs.c.worker == worker)

    def free_orphans(self) -> list[str]:
        """Puts back into the queue what is taken by a worker that nobody knows any more; their ids."""
        with self._database.writing() as connection:
            return _freed(connection, jobs.c.worker.not_in(select(workers.c.id)))

    def leave(self, worker: str) -> None:
        """What it still had is free for others."""
        for record in self.all():
            if record.id == worker:
                self.bury(worker, record.beats)


def _freed(connection: Connection, whose: ColumnElement[bool]) -> list[str]:
    """Jobs back into the queue; sets that were merely held are free again."""
    running = jobs.c.state == "running", whose
    connection.execute(delete(jobs).where(*running, jobs.c.stage == "held"))
    ids = list(connection.scalars(select(jobs.c.id).where(*running)))
    again = {"state": "queued", "stage": "waiting", "worker": None}
    connection.execute(update(jobs).where(*running).values(**again))
    return ids
