"""A server's eye on the queue: whenever a job waits, is due or has lost its worker, one is started."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

from rag_app.jobs.scheduling import Scheduler
from storage.errors import Problem
from storage.jobs.store import JobStore

LOOK_SECONDS = 5.0


class WorkerKeeper:
    """Looks now and then, in a thread of its own, from `start` to `close`."""

    def __init__(self, store: JobStore, scheduler: Scheduler, ensure_worker: Callable[[], None]) -> None:
        self._store = store
        self._scheduler = scheduler
        self._ensure_worker = ensure_worker
        self._closed = Event()
        self._thread = Thread(target=self._run, name="worker-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                if self._store.unfinished() or self._scheduler.is_due():
                    self._ensure_worker()
            except Problem:
                pass  # a database that is away: readiness tells of it, and the next look comes soon
            if self._closed.wait(LOOK_SECONDS):
                return
