"""This process as one that works on jobs: its row, its beats, and a lock that goes with it."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

from filelock import FileLock, Timeout

from rag_app.jobs.lease_guard import LeaseGuard
from storage.errors import Problem
from storage.jobs.store import JobStore
from storage.jobs.workers import WorkerRecord, Workers

BEATS_IN_A_LEASE = 10
MOST_SECONDS_BETWEEN_BEATS = 1.0  # so that a cancelled job learns of it


class Presence:
    """Beats in a thread of its own until `close`; `lost` is called once others have taken it for dead."""

    def __init__(
        self,
        workers: Workers,
        store: JobStore,
        folder: Path,
        lease_seconds: float,
        *,
        takes_jobs: bool,
        lost: Callable[[], None] = lambda: None,
    ) -> None:
        self.id = uuid4().hex[:12]
        self.guard = LeaseGuard(lease_seconds, time.monotonic)
        self._workers = workers
        self._store = store
        self._interval = min(lease_seconds / BEATS_IN_A_LEASE, MOST_SECONDS_BETWEEN_BEATS)
        self._lost = lost
        self._closed = Event()
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(_lock_file(folder, self.id))
        self._lock.acquire()
        workers.register(self.id, host(), os.getpid(), lease_seconds, takes_jobs=takes_jobs)
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)
        self._thread.start()

    def _beat(self) -> None:
        while not self._closed.wait(self._interval):
            begun = time.monotonic()
            try:
                known = self._workers.beat(self.id)
                asked_to_stop = {job.id for job in self._store.running_at(self.id) if job.cancelling}
            except Problem:
                continue  # the guard closes by itself when this goes on
            if not known:
                self.guard.leaving.set()
                self._lost()
                return
            self.guard.beaten(begun)
            self.guard.cancel(asked_to_stop, begun)

    def close(self) -> None:
        """Takes its leave: what it still had is free for others."""
        self._closed.set()
        self._thread.join()
        with suppress(Problem):  # then the others find it dead
            self._workers.leave(self.id)
        self._lock.release()
        Path(self._lock.lock_file).unlink(missing_ok=True)


@contextmanager
def presence(workers: Workers, store: JobStore, folder: Path, lease_seconds: float) -> Iterator[Presence]:
    """Of a process that brings its own job."""
    here = Presence(workers, store, folder, lease_seconds, takes_jobs=False)
    try:
        yield here
    finally:
        here.close()


class Undertaker:
    """Finds the dead among the workers: their lock is free on this machine, or their beats stand still."""

    def __init__(self, workers: Workers, folder: Path, monotonic: Callable[[], float]) -> None:
        self._workers = workers
        self._folder = folder
        self._monotonic = monotonic
        self._seen: dict[str, tuple[int, float]] = {}

    def bury(self) -> list[str]:
        """Puts back into the queue what the dead had taken; the ids of those jobs."""
        records = self._workers.all()
        freed: list[str] = []
        for record in records:
            if self._is_dead(record):
                freed += self._workers.bury(record.id, record.beats)
                _lock_file(self._folder, record.id).unlink(missing_ok=True)
        self._seen = {record.id: self._seen[record.id] for record in records if record.id in self._seen}
        return freed + self._workers.free_orphans()

    def alive(self) -> list[WorkerRecord]:
        """Those that are not known to be dead."""
        return [record for record in self._workers.all() if not self._is_dead(record)]

    def _is_dead(self, record: WorkerRecord) -> bool:
        if record.host == host() and _has_ended(self._folder, record.id):
            return True
        beats, since = self._seen.get(record.id, (-1, 0.0))
        if beats != record.beats:
            self._seen[record.id] = record.beats, self._monotonic()
            return False
        return self._monotonic() - since >= record.lease_seconds


def host() -> str:
    """This machine's name."""
    return platform.node() or "unknown"


def _lock_file(folder: Path, worker: str) -> Path:
    return folder / f"{worker}.lock"


def _has_ended(folder: Path, worker: str) -> bool:
    """Its lock goes with its process; without the file we know nothing, it may have another data folder."""
    path = _lock_file(folder, worker)
    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0):
            return True
    except (Timeout, OSError):
        return False
