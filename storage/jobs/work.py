"""What the holder of a lease writes about its job; without the lease, nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from storage.database import Database
from storage.errors import Problem, Transient
from storage.jobs.job import Job, Lease, Stage
from storage.jobs.store import ended
from storage.jobs.tables import job_documents, jobs

KEPT_JOBS = 50  # a set, with what became of each document


class Overtaken(Transient):
    """Another worker has the job now."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"Job {job_id} was taken over by another worker.", "That one goes on with it.")


class JobWork:
    """Changes of a job by its holder. Every method raises Overtaken once the job is another's."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def begun(self, lease: Lease, generation: int, live: int) -> None:
        """The generation that the job writes into."""
        with self._database.writing() as connection:
            change(connection, lease, generation=generation, live=live)

    def enter(self, lease: Lease, stage: Stage) -> None:
        with self._database.writing() as connection:
            change(connection, lease, stage=stage)

    def release(self, lease: Lease) -> None:
        """Back into the queue, for any worker to go on."""
        with self._database.writing() as connection:
            change(connection, lease, state="queued", stage="waiting", worker=None, fruitless=0)

    def end(self, lease: Lease, outcome: str) -> None:
        with self._database.writing() as connection:
            self.end_within(connection, lease, outcome)

    def end_within(self, connection: Connection, lease: Lease, outcome: str) -> None:
        """Ends the job in the transaction of whatever completes it: neither is without the other."""
        change(connection, lease, outcome=outcome, **ended("succeeded", self._now()))
        its_lines = update(job_documents).where(job_documents.c.job_id == lease.job_id)
        connection.execute(its_lines.values(record=None, file=None))  # their purpose is served
        _forget_old(connection, lease.job_id)

    def fail(self, lease: Lease, problem: Problem) -> None:
        with self._database.writing() as connection:
            change(connection, lease, **ended("failed", self._now(), problem))

    def cancelled(self, lease: Lease) -> None:
        with self._database.writing() as connection:
            change(connection, lease, **ended("cancelled", self._now()))


def change(connection: Connection, lease: Lease, **values: Any) -> None:
    """Changes the job's row, if the lease still holds; on PostgreSQL it holds on to the row as well."""
    mine = jobs.c.id == lease.job_id, jobs.c.fence == lease.fence, jobs.c.worker == lease.worker
    found = connection.execute(update(jobs).where(*mine, jobs.c.state == "running").values(**values))
    if not found.rowcount:
        raise Overtaken(lease.job_id)


def lease_of(job: Job) -> Lease:
    """Of a job that was submitted with its worker."""
    return Lease(job.id, job.worker or "", job.fence)


def _forget_old(connection: Connection, job_id: str) -> None:
    """What became of each document is kept of the last jobs alone."""
    set_name = select(jobs.c.set_name).where(jobs.c.id == job_id).scalar_subquery()
    of_set = select(jobs.c.id).where(jobs.c.set_name == set_name, jobs.c.holds.is_(None))
    old = connection.scalars(of_set.order_by(jobs.c.created.desc(), jobs.c.id).offset(KEPT_JOBS)).all()
    if old:
        connection.execute(delete(job_documents).where(job_documents.c.job_id.in_(old)))
        connection.execute(delete(jobs).where(jobs.c.id.in_(old)))
