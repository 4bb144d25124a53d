"""The process that works on jobs: takes them from the queue, and buries workers that have died."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from rag_app.jobs.ingestion import Ingestion, Steps
from rag_app.jobs.lease_guard import Abandoned, CancelledByUser
from rag_app.jobs.presence import Presence, Undertaker
from rag_app.jobs.scheduling import Scheduler
from storage.errors import NotFound, Permanent, Problem
from storage.jobs.job import Lease
from storage.jobs.store import JobStore
from storage.jobs.work import JobWork, Overtaken, lease_of

POLL_SECONDS = 0.2
SCHEDULE_SECONDS = 5.0
BURIAL_SECONDS = 1.0
LOG = logging.getLogger("rag_app.worker")


class Queue(Protocol):
    def submit(self, job_id: str, attempt: int, alive: set[str]) -> bool: ...

    def forget(self, job_id: str, attempts: int) -> bool: ...


@dataclass(frozen=True)
class Performance:
    """Carries one job out, whatever comes of it, and says so in SQL; `active` are those under way."""

    presence: Presence
    store: JobStore
    work: JobWork
    ingestion: Ingestion
    active: set[str] = field(default_factory=set)

    def perform(self, job_id: str, steps: Steps) -> None:
        """Nothing where the job is not ours to take."""
        self.active.add(job_id)
        try:
            lease = self.store.take(job_id, self.presence.id)
            if lease is not None:
                self.presence.guard.taken(job_id)
                LOG.info("Job %s: taken", job_id)
                carry_out(self.ingestion, self.work, lease, steps)
                LOG.info("Job %s: %s", job_id, self.store.find(job_id).state)
        finally:
            self.active.discard(job_id)

    def wait(self) -> None:
        """Until what is under way has been abandoned: nothing is written once this process has left."""
        while self.active:
            time.sleep(0.02)

    def free_forgotten(self) -> None:
        """Jobs whose end could not be written down, on a full disk perhaps, go back into the queue."""
        for job in self.store.running_at(self.presence.id):
            if job.id not in self.active:
                self.work.release(lease_of(job))


def carry_out(ingestion: Ingestion, work: JobWork, lease: Lease, steps: Steps) -> Problem | None:
    """The job to its end; a Problem is recorded, and returned. What must be left to others is left."""
    try:
        ingestion.carry_out(lease, steps)
    except Overtaken as overtaken:
        raise Abandoned from overtaken
    except CancelledByUser as problem:
        work.cancelled(lease)
        return problem
    except Problem as problem:
        work.fail(lease, problem)
        return problem
    except Exception as error:
        LOG.exception("Job %s failed", lease.job_id)
        fault = Permanent(
            f"The job failed: {type(error).__name__}: {str(error)[:200]}.",
            "See the log of the worker; then resume the job.",
        )
        work.fail(lease, fault)
        return fault
    return None


class Worker:
    """Looks after the queue until it is told to leave, or until nothing was there for `idle_seconds`.

    `may_leave` is asked when it is idle; None as `idle_seconds`: never.
    """

    def __init__(
        self,
        performance: Performance,
        undertaker: Undertaker,
        idle_seconds: float | None,
        may_leave: Callable[[], bool],
        scheduler: Scheduler | None = None,
    ) -> None:
        self._performance = performance
        self._presence = performance.presence
        self._store = performance.store
        self._undertaker = undertaker
        self._idle_seconds = idle_seconds
        self._may_leave = may_leave
        self._scheduler = scheduler
        self._submitted: dict[str, int] = {}

    def run(self, queue: Queue) -> None:
        busy, buried, scheduled = time.monotonic(), 0.0, 0.0
        while not self._presence.guard.leaving.wait(POLL_SECONDS):
            try:
                if time.monotonic() - buried >= BURIAL_SECONDS:
                    buried = time.monotonic()
                    self._performance.free_forgotten()
                    for job_id in self._undertaker.bury():
                        LOG.info("Job %s: its worker has died", job_id)
                if self._scheduler and time.monotonic() - scheduled >= SCHEDULE_SECONDS:
                    scheduled = time.monotonic()
                    self._scheduler.run_due()
                if self._look_after(queue):
                    busy = time.monotonic()
            except Problem as problem:  # a database that is away for a while
                LOG.warning("%s", problem)
            if self._is_idle_since(busy) and self._may_leave():
                return

    def _is_over(self, job_id: str) -> bool:
        try:
            return self._store.find(job_id).is_finished
        except NotFound:  # its set was deleted
            return True

    def _is_idle_since(self, moment: float) -> bool:
        return self._idle_seconds is not None and time.monotonic() - moment > self._idle_seconds

    def _look_after(self, queue: Queue) -> bool:
        """Hands what waits to the durable queue; whether anything waits or runs here."""
        waiting = self._store.queued()
        if waiting:
            alive = {record.id for record in self._undertaker.alive()}
            for job in waiting:
                if not queue.submit(job.id, job.attempt, alive):
                    self._store.new_attempt(job.id, job.attempt)
        for job_id, attempts in list(self._submitted.items()):
            if self._is_over(job_id) and queue.forget(job_id, attempts):
                del self._submitted[job_id]
        self._submitted.update({job.id: job.attempt for job in waiting})
        return bool(waiting or self._store.running_at(self._presence.id))
