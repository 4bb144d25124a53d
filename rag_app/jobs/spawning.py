"""A worker on demand: where none lives that was started for this data folder, one is started."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from typing import IO

from filelock import FileLock, Timeout

from storage.errors import Permanent, Problem
from storage.jobs.store import JobStore, problem_kind, raised

LOG_NAME = "worker.log"
_COMMAND = "from rag_app.cli import main; main()"
_LARGEST_LOG_BYTES = 2**20
_LOOK_SECONDS = 1.0
READY = "ready"


class WorkerSpawner:
    """`environment` carries the settings over; the worker outlives this process and leaves when idle."""

    def __init__(self, folder: Path, environment: Mapping[str, str], store: JobStore) -> None:
        self._folder = folder
        self._environment = environment
        self._store = store
        self.log = folder / LOG_NAME

    def ensure(self) -> None:
        """Returns at once; where the worker cannot start, what waits for it fails with the reason."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not lives(self._folder):
            Thread(target=self._start, name="worker-start", daemon=True).start()

    def _start(self) -> None:
        with _open_log(self.log) as log:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and command
                [sys.executable, "-P", "-c", _COMMAND, "worker", "--on-demand"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=dict(self._environment),
                start_new_session=True,
            )
        with process:
            assert process.stdout is not None  # noqa: S101
            problem = _told(process.stdout.readline(), self.log)
        if problem is not None:
            try:
                self._store.fail_queued(problem)
            except Problem as second:
                logging.getLogger(__name__).warning("%s %s", problem, second)


def lives(folder: Path) -> bool:
    """Whether a worker that was started on demand serves this folder."""
    try:
        with demand_lock(folder).acquire(timeout=0):
            return False
    except Timeout:
        return True


def demand_lock(folder: Path) -> FileLock:
    """Held by the one worker that was started on demand; whoever only looks holds it for a moment."""
    return FileLock(folder / "on-demand.lock", timeout=_LOOK_SECONDS)


def tell(problem: Problem | None) -> None:
    """One line on standard output for whoever started this worker."""
    told = {READY: True} if problem is None else _message(problem)
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _message(problem: Problem) -> dict[str, str]:
    return {"kind": problem_kind(problem), "what": problem.what, "remedy": problem.remedy}


def _told(line: bytes, log: Path) -> Problem | None:
    if not line:
        return Permanent(
            "The worker that ingests documents ended before it was ready.", f"See the end of {log}."
        )
    told = json.loads(line)
    return None if READY in told else raised(told["kind"], told["what"], told["remedy"])


def _open_log(path: Path) -> IO[bytes]:
    too_long = path.exists() and path.stat().st_size > _LARGEST_LOG_BYTES
    path.touch(mode=0o600)
    return path.open("wb" if too_long else "ab")
