"""Everything about jobs over one database, and what stands in for a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from storage.database import Database
from storage.jobs.documents import Done, JobDocuments, PlannedDocument
from storage.jobs.job import Lease, Request
from storage.jobs.quarantine import Quarantine
from storage.jobs.store import JobStore
from storage.jobs.work import JobWork
from storage.jobs.workers import Workers

LEASE_SECONDS = 30.0
HANDBOOK = Request("handbook", "/docs")


@dataclass(frozen=True)
class Parts:
    store: JobStore
    work: JobWork
    documents: JobDocuments
    workers: Workers
    quarantine: Quarantine

    def worker(self, name: str) -> str:
        self.workers.register(name, "here", 1, LEASE_SECONDS, takes_jobs=True)
        return name

    def taken(self, worker: str, request: Request = HANDBOOK) -> Lease:
        """A new job that this worker has taken."""
        lease = self.store.take(self.store.submit(request, "ada").id, worker)
        assert lease is not None
        return lease


def parts_of(database: Database, now: Callable[[], datetime]) -> Parts:
    numbers = count(1)
    return Parts(
        JobStore(database, now, lambda: f"job{next(numbers)}"),
        JobWork(database, now),
        JobDocuments(database, now),
        Workers(database, now),
        Quarantine(database),
    )


def planned(document: str, batch: int, size: int = 10) -> PlannedDocument:
    return PlannedDocument(document, "added", False, batch, size, f"revision of {document}", "{}")


def converted(document: str, chunks: int = 2) -> Done:
    return Done(document, "added", f'"{document}"', chunks)


def failed(document: str, *, final: bool, revision: str = "r1") -> Done:
    return Done(document, "failed", reason="It is empty.", remedy="Fill it.", final=final, held_as=revision)
