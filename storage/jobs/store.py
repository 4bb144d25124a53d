"""The queue of jobs: one a set at a time, whoever asks and on whichever machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.errors import InvalidInput, NotFound, Permanent, Problem, Transient
from storage.jobs.job import UNFINISHED, Job, Lease, Request, State
from storage.jobs.tables import jobs, workers

MOST_FRUITLESS_TAKES = 20
_OUTRIGHT = tuple(field.name for field in fields(Job) if field.name != "request")


class JobStore:
    """The jobs in `database`; `now` gives aware times, `new_id` names that nobody has."""

    def __init__(self, database: Database, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database = database
        self._now = now
        self._new_id = new_id

    def submit(
        self,
        request: Request,
        requested_by: str,
        *,
        idempotency_key: str | None = None,
        worker: str | None = None,
    ) -> Job:
        """A new job in the queue; with `worker`, one that this worker has taken already.

        The same `idempotency_key` again gives the job of the first time. Raises Transient, naming the job,
        where the set has one that has not ended; InvalidInput where the key stands for another request.
        """
        values = self._new(request, requested_by, idempotency_key, worker)
        try:
            with self._database.writing() as connection:
                known = _of_key(connection, idempotency_key)
                if known is None:
                    _check_free(connection, request.set_name)
                    connection.execute(insert(jobs).values(**values))
                    known = _required(connection, values["id"])
        except IntegrityError as error:  # on PostgreSQL another one may have been between look and insert
            with self._database.reading() as connection:
                known = _of_key(connection, idempotency_key)
                if known is None:
                    _check_free(connection, request.set_name)
                    raise Transient("Another job was begun at the same moment.", "Try again.") from error
        if known.request != request:
            raise InvalidInput(
                f"The idempotency key {idempotency_key!r} was used for another job, {known.id}.",
                "Use a new key for a new job.",
            )
        return known

    def _new(
        self, request: Request, requested_by: str, key: str | None, worker: str | None
    ) -> dict[str, Any]:
        moment = self._now()
        counts = ("bytes_at_take", "batches", "live", "total_documents", "documents", "total_bytes", "bytes")
        return {
            "id": self._new_id(),
            "set_name": request.set_name,
            "holds": request.set_name,
            "idempotency_key": key,
            "request": json.dumps(asdict(request)),
            "requested_by": requested_by,
            "state": "running" if worker else "queued",
            "stage": "listing" if worker else "waiting",
            "worker": worker,
            "started": moment if worker else None,
            "taken": moment if worker else None,
            "created": moment,
            "cancelling": False,
            "planned": False,
            "fence": 0,
            "attempt": 1,
            **dict.fromkeys((*counts, "chunks", "unchanged", "fruitless"), 0),
            "reason": "",
            "remedy": "",
        }

    def hold(self, set_name: str, requested_by: str, worker: str) -> str:
        """Keeps jobs out of a set while its documents are changed otherwise, until `let_go`."""
        job = self.submit(Request(set_name), requested_by, worker=worker)
        with self._database.writing() as connection:
            _change(connection, job.id, stage="held")
        return job.id

    def let_go(self, held: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(jobs).where(jobs.c.id == held))

    def find(self, job_id: str) -> Job:
        """Raises NotFound."""
        with self._database.reading() as connection:
            return _required(connection, job_id)

    def all(self, set_name: str | None = None, limit: int = 50) -> list[Job]:
        """The newest first."""
        query = select(jobs).order_by(jobs.c.created.desc(), jobs.c.id.desc()).limit(limit)
        if set_name is not None:
            query = query.where(jobs.c.set_name == set_name)
        with self._database.reading() as connection:
            return [_job(row) for row in connection.execute(query)]

    def page(
        self,
        set_name: str | None,
        state: State | None,
        before: tuple[datetime, str] | None,
        limit: int,
    ) -> list[Job]:
        """At most `limit` jobs, the newest first, behind the one that was created then and has that id."""
        query = select(jobs).order_by(jobs.c.created.desc(), jobs.c.id.desc()).limit(limit)
        if set_name is not None:
            query = query.where(jobs.c.set_name == set_name)
        if state is not None:
            query = query.where(jobs.c.state == state)
        if before is not None:
            moment, job_id = before
            older = and_(jobs.c.created == moment, jobs.c.id < job_id)
            query = query.where(or_(jobs.c.created < moment, older))
        with self._database.reading() as connection:
            return [_job(row) for row in connection.execute(query)]

    def queued(self) -> list[Job]:
        """What waits for a worker, the oldest first."""
        return self._where(jobs.c.state == "queued")

    def running_at(self, worker: str) -> list[Job]:
        return self._where(jobs.c.state == "running", jobs.c.worker == worker)

    def unfinished(self) -> list[Job]:
        return self._where(jobs.c.state.in_(UNFINISHED))

    def holder(self, set_name: str) -> Job | None:
        """The job of this set that has not ended."""
        return next(iter(self._where(jobs.c.holds == set_name)), None)

    def _where(self, *conditions: Any) -> list[Job]:
        query = select(jobs).where(*conditions).order_by(jobs.c.created, jobs.c.id)
        with self._database.reading() as connection:
            return [_job(row) for row in connection.execute(query)]

    def take(self, job_id: str, worker: str) -> Lease | None:
        """The job for this worker alone, if it waits in the queue.

        One that was taken again and again without finishing a batch is given up: it ends its workers.
        """
        with self._database.writing() as connection:
            alive = update(workers).where(workers.c.id == worker).values(beats=workers.c.beats + 1)
            known = connection.execute(alive).rowcount  # and held against a burial meanwhile
            row = connection.execute(select(jobs).where(jobs.c.id == job_id).with_for_update()).one_or_none()
            if not known or row is None or row.state != "queued":
                return None
            moment = self._now()
            fruitless = row.fruitless + 1
            if fruitless > MOST_FRUITLESS_TAKES:
                _change(connection, job_id, **ended("failed", moment, _GIVEN_UP))
                return None
            _change(
                connection,
                job_id,
                state="running",
                stage="writing" if row.planned else "listing",
                worker=worker,
                fence=row.fence + 1,
                fruitless=fruitless,
                started=row.started or moment,
                taken=moment,
                bytes_at_take=row.bytes,
            )
            return Lease(job_id, worker, row.fence + 1)

    def cancel(self, job_id: str) -> Job:
        """Ends a job that waits; one that runs is ended by its worker within a batch. Raises NotFound."""
        with self._database.writing() as connection:
            waiting = update(jobs).where(jobs.c.id == job_id, jobs.c.state == "queued")
            connection.execute(waiting.values(cancelling=True, **ended("cancelled", self._now())))
            running = update(jobs).where(jobs.c.id == job_id, jobs.c.state == "running")
            connection.execute(running.values(cancelling=True))
            return _required(connection, job_id)

    def resume(self, job_id: str) -> Job:
        """Puts a failed or cancelled job back into the queue, with the batches it has finished.

        Raises InvalidInput for another one, Transient where the set has a job that has not ended.
        """
        with self._database.writing() as connection:
            job = _required(connection, job_id)
            if job.state not in ("failed", "cancelled"):
                raise InvalidInput(
                    f"Job {job_id} is {job.state}: only failed or cancelled jobs are resumed.",
                    f"See it with: rag-app jobs show {job_id}",
                )
            _check_free(connection, job.set_name)
            again = {"state": "queued", "stage": "waiting", "holds": job.set_name, "cancelling": False}
            cleared = {"finished": None, "problem": None, "reason": "", "remedy": "", "fruitless": 0}
            _change(connection, job_id, **again, **cleared, attempt=job.attempt + 1, worker=None)
            return _required(connection, job_id)

    def new_attempt(self, job_id: str, attempt: int) -> bool:
        """Counts one more run of a queued job, if it still is at `attempt`."""
        with self._database.writing() as connection:
            its_row = jobs.c.id == job_id, jobs.c.attempt == attempt, jobs.c.state == "queued"
            changed = connection.execute(update(jobs).where(*its_row).values(attempt=attempt + 1))
            return bool(changed.rowcount)

    def fail_queued(self, problem: Problem) -> None:
        """Ends all that waits, where no worker can be started."""
        with self._database.writing() as connection:
            waiting = update(jobs).where(jobs.c.state == "queued")
            connection.execute(waiting.values(**ended("failed", self._now(), problem)))


_KINDS = (InvalidInput, NotFound, Transient, Permanent, Problem)
_GIVEN_UP = Transient(
    f"Its worker ended {MOST_FRUITLESS_TAKES} times without finishing a batch.",
    "See the log of the worker; free memory, or leave out the documents that it names, then resume the job.",
)


def problem_kind(problem: Problem) -> str:
    """Its name among the errors that callers tell apart."""
    return next(kind.__name__ for kind in type(problem).__mro__ if kind in _KINDS)


def raised(kind: str, what: str, remedy: str) -> Problem:
    """The Problem again that `problem_kind` named."""
    kinds = {each.__name__: each for each in _KINDS}
    return kinds.get(kind, Problem)(what, remedy)


def ended(state: str, moment: datetime, problem: Problem | None = None) -> dict[str, Any]:
    return {
        "state": state,
        "stage": "done",
        "holds": None,
        "finished": moment,
        "problem": problem_kind(problem) if problem else None,
        "reason": problem.what if problem else "",
        "remedy": problem.remedy if problem else "",
    }


def _check_free(connection: Connection, set_name: str) -> None:
    row = connection.execute(select(jobs).where(jobs.c.holds == set_name)).one_or_none()
    if row is not None:
        raise Transient(
            f"The document set {set_name!r} is being ingested by job {row.id}.",
            f"Wait until it has finished (rag-app jobs watch {row.id}), or cancel it.",
        )


def _of_key(connection: Connection, key: str | None) -> Job | None:
    if key is None:
        return None
    row = connection.execute(select(jobs).where(jobs.c.idempotency_key == key)).one_or_none()
    return _job(row) if row else None


def _required(connection: Connection, job_id: str) -> Job:
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no job {job_id!r}.", "List them with: rag-app jobs list")
    return _job(row)


def _job(row: Row[Any]) -> Job:
    values = {name: getattr(row, name) for name in _OUTRIGHT}
    return Job(request=Request(**json.loads(row.request)), **values)


def _change(connection: Connection, job_id: str, **values: Any) -> None:
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values))
