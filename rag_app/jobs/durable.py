"""DBOS, the engine of durable workflows: the queue that workers share, and the steps that are not redone.

A job is a workflow, a batch of documents a step. What DBOS does not have is ours: it has no lease, so that
nobody takes what a dead machine was working on, and with executor ids left alone a launch takes what a live
process is working on. It hashes the source into the version, and an upgrade would strand every job.
"""

from __future__ import annotations

import contextvars
import json
import logging
import sqlite3
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from rag_app.jobs.lease_guard import Abandoned, CancelledByUser
from storage.database_problems import database_problem, sqlite_problem
from storage.errors import Problem
from storage.jobs.store import problem_kind, raised
from storage.jobs.work import Overtaken

NAME = "rag-app-jobs"
QUEUE = "ingestion"
SCHEMA = "rag_app_jobs"
STEPS = "1"  # of the workflow; to be raised when its steps change, else what is half done cannot go on
_POLL_SECONDS = 0.2

_UNDER_WAY = ("PENDING", "ENQUEUED", "DELAYED")
_CANCELLED = "cancelled"
Told = dict[str, str] | str


class JsonSerializer(Serializer):
    """Instead of pickle, which runs whatever a row of the database holds."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=str)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "rag_app_json"


class DurableQueue:
    """One a process: DBOS is one object a process.

    `perform(job, steps)` carries a job out; `at_once` bounds the jobs of this worker.
    """

    def __init__(
        self,
        url: str,
        worker: str,
        perform: Callable[[str, DurableSteps], None],
        at_once: int,
        steps: str = STEPS,
    ) -> None:
        self._steps = steps
        self._place = str(make_url(url).database)
        logging.getLogger("dbos").setLevel(logging.ERROR)
        _prepare(url)
        config: DBOSConfig = {
            "name": NAME,
            "system_database_url": url,
            "dbos_system_schema": SCHEMA,
            "application_version": steps,
            "executor_id": worker,
            "serializer": JsonSerializer(),
            "use_listen_notify": False,
            "enable_otlp": False,
            "log_level": "ERROR",
            "sys_db_pool_size": 8,
        }
        DBOS(config=config)

        @DBOS.workflow(name="ingestion", max_recovery_attempts=None)
        def ingestion(job_id: str) -> None:
            perform(job_id, DurableSteps())

        self._workflow = ingestion
        with _our_problems(self._place):
            DBOS.launch()
            DBOS.register_queue(
                QUEUE,
                worker_concurrency=at_once,
                polling_interval_sec=_POLL_SECONDS,
                on_conflict="always_update",
            )

    def submit(self, job_id: str, attempt: int, alive: Collection[str]) -> bool:
        """Sees to it that a worker runs the job; what was run by one that is not `alive` goes on elsewhere.

        False where this attempt has come to its end: the next one needs a number of its own.
        """
        name = f"{job_id}.{attempt}.{self._steps}"
        with _our_problems(self._place):
            status = DBOS.get_workflow_status(name)
            if status is None:
                with SetWorkflowID(name):
                    DBOS.enqueue_workflow(QUEUE, self._workflow, job_id)
            elif status.status == "PENDING" and status.executor_id not in alive:
                DBOS.resume_workflow(name, queue_name=QUEUE)
        return status is None or status.status in _UNDER_WAY

    def forget(self, job_id: str, attempts: int) -> bool:
        """Removes what is kept of a job that has ended; False while the end of a run is being written."""
        names = [f"{job_id}.{attempt}.{self._steps}" for attempt in range(1, attempts + 1)]
        with _our_problems(self._place):
            found = [status for name in names if (status := DBOS.get_workflow_status(name))]
            over = [status.workflow_id for status in found if status.status not in _UNDER_WAY]
            DBOS.delete_workflows(over)
        return len(over) == len(found)

    def close(self) -> None:
        DBOS.destroy(destroy_registry=True)


class DurableSteps:
    """Steps of the workflow of this thread: one that was finished before a crash is passed over."""

    def one(self, name: str, function: Callable[[], None]) -> None:
        _raised(DBOS.run_step({"name": name}, _told(function)))

    def each(self, name: str, function: Callable[[int], None], count: int, at_once: int) -> None:
        """Their numbers are drawn in order beforehand, so that they may run side by side."""
        executor = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        try:
            futures = [executor.submit(_reserved(name, partial(function, number))) for number in range(count)]
            for future in as_completed(futures):
                _raised(future.result())
        finally:
            executor.shutdown(cancel_futures=True)


def _reserved(name: str, function: Callable[[], None]) -> Callable[[], Told]:
    """A step whose number is drawn now, to be run in another thread."""
    reserved, context, step = DBOS.reserve_step(), contextvars.copy_context(), _told(function)

    def run() -> Told:
        return context.run(lambda: reserved.run({"name": name}, step))

    return run


def _told(function: Callable[[], None]) -> Callable[[], Told]:
    """A Problem becomes what the step returns: DBOS would keep an exception as text that cannot be raised."""

    def step() -> Told:
        try:
            function()
        except Overtaken as overtaken:
            raise Abandoned from overtaken
        except CancelledByUser:
            return _CANCELLED
        except Problem as problem:
            return {"kind": problem_kind(problem), "what": problem.what, "remedy": problem.remedy}
        return "done"

    return step


def _raised(told: Told) -> None:
    if told == _CANCELLED:
        raise CancelledByUser
    if isinstance(told, dict):
        raise raised(told["kind"], told["what"], told["remedy"])


@contextmanager
def _our_problems(place: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        problem = database_problem(error, place)
        if problem is None:
            raise
        raise problem from error


def _prepare(url: str) -> None:
    """Readers and the writer of an SQLite file are not to wait for each other; DBOS leaves that to us."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = str(parsed.database)
        try:
            with closing(sqlite3.connect(path, timeout=30)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.Error as error:
            raise sqlite_problem(error, path) or error from error
