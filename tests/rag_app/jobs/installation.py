"""An installation whose workers are real processes that a test starts, stops and kills."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from time import monotonic, sleep

from pydantic import SecretStr
from sqlalchemy import select

from rag_app.bootstrap.worker import run_worker
from rag_app.jobs.durable import STEPS
from rag_app.jobs.shapes import JobStatus
from rag_app.light_bootstrap import Desk, open_desk
from rag_app.settings import Database, Settings, Worker
from storage.connection import connect
from storage.database import open_database, sqlite_url
from storage.principal import ANONYMOUS
from storage.tables import documents
from storage.vectors import ChunkIndex

SECONDS = 120
SET = "office"
AT_WORK = 0.8  # of the kills; the others fall into the start of a worker
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["rag_app.bootstrap.worker"])

Live = tuple[dict[str, tuple[str, int]], set[tuple[str, int, str]]]


def until(condition: Callable[[], bool]) -> None:
    """Asks again and again; AssertionError after SECONDS."""
    deadline = monotonic() + SECONDS
    while not condition():
        assert monotonic() < deadline
        sleep(0.01)


@dataclass
class Installation:
    """Data and documents below `place`; `workers` are those that were started, dead or alive."""

    place: Path
    database: str | None = None
    lease_seconds: float = 30.0
    workers: list[ForkServerProcess] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        url = SecretStr(self.database) if self.database else None
        return Settings(
            data_dir=self.place / "data",
            threads=2,
            database=Database(url=url),
            worker=Worker(on_demand=False, lease_seconds=self.lease_seconds, nice=0),
        )

    @property
    def folder(self) -> Path:
        return self.place / SET

    def fill(self, count: int, words: str = "at noon") -> None:
        """Writes `count` documents of two passages' worth of text."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for number in range(count):
            text = f"# Room {number}\n\nRoom {number} opens {words}. It has {number + 2} chairs.\n"
            (self.folder / f"room-{number:03}.md").write_text(text)

    def start_worker(self, steps: str = STEPS) -> ForkServerProcess:
        process = _CONTEXT.Process(target=_work, args=(self.settings, steps))
        process.start()
        self.workers.append(process)
        return process

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        with open_desk(self.settings) as desk:
            yield desk

    def submit(self) -> str:
        with self.desk() as desk:
            return desk.jobs.start(SET, ANONYMOUS, folder=self.folder).id

    def show(self, job: str) -> JobStatus:
        with self.desk() as desk:
            return desk.jobs.show(job)

    def wait(self, job: str, condition: Callable[[JobStatus], bool]) -> JobStatus:
        """The job once it is as asked."""
        with self.desk() as desk:
            until(lambda: condition(desk.jobs.show(job)))
            return desk.jobs.show(job)

    def finished(self, job: str) -> JobStatus:
        return self.wait(job, lambda status: status.finished is not None)

    def live(self) -> Live:
        """What readers see: documents with revision and passages, and the passages themselves."""
        with self.desk() as desk:
            generation = desk.jobs.sets.all()[0].live_generation
        url = self.database or sqlite_url(self.settings.data_dir / "rag-app.db")
        with closing(open_database(url)) as database, database.reading() as connection:
            found = connection.execute(
                select(documents).where(
                    documents.c.from_generation <= generation,
                    documents.c.until_generation.is_(None) | (documents.c.until_generation > generation),
                )
            )
            records = {row.document_id: (row.revision, row.chunks) for row in found}
        with closing(connect(None, None, self.settings.data_dir / "vectors")) as client:
            chunks = list(ChunkIndex(client, "chunks").scan(SET, generation))
        seen = {(chunk.document_id, chunk.ordinal, chunk.text) for _, chunk in chunks}
        assert len(seen) == len(chunks) == sum(count for _, count in records.values())
        return records, seen

    def close(self) -> None:
        for process in self.workers:
            if process.is_alive():
                kill(process)


def _work(settings: Settings, steps: str) -> None:
    run_worker(settings, steps=steps)


def kill(process: ForkServerProcess) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGCONT)
    os.kill(process.pid, signal.SIGKILL)
    process.join(SECONDS)


def freeze(process: ForkServerProcess, installation: Installation) -> None:
    """Stops a worker as a machine stops: not in the middle of a write to a file that others share."""
    assert process.pid is not None
    while True:
        os.kill(process.pid, signal.SIGSTOP)
        if all(_is_writable(path) for path in installation.settings.data_dir.glob("*.db")):
            return
        os.kill(process.pid, signal.SIGCONT)
        sleep(0.01)


def _is_writable(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=0.1, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    return True


def leave(process: ForkServerProcess) -> int | None:
    """Its status after it was asked to end."""
    process.terminate()
    process.join(SECONDS)
    return process.exitcode


def kill_at_random(installation: Installation, kills: int, chance: random.Random) -> list[JobStatus]:
    """Jobs whose workers are killed at random points, `kills` times in all; each job is let end at last."""
    ended: list[JobStatus] = []
    left = kills
    while left:
        installation.fill(80, f"at {len(ended)}:{chance.randrange(60):02}")
        job = installation.submit()
        while left and installation.show(job).finished is None:
            takes = installation.show(job).takes
            worker = installation.start_worker()
            if chance.random() < AT_WORK:
                installation.wait(job, lambda status, takes=takes: status.takes > takes)  # type: ignore[misc]
            sleep(chance.uniform(0.0, 2.0))
            kill(worker)
            left -= 1
        if installation.show(job).finished is None:
            worker = installation.start_worker()
            installation.finished(job)
            assert leave(worker) == 0
        ended.append(installation.show(job))
    return ended
