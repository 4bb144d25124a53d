"""What a job does with each document that it touches, batch by batch, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, delete, func, insert, null, select, update

from storage.database import Database
from storage.jobs.job import Lease
from storage.jobs.quarantine import Held, lift, remember
from storage.jobs.tables import job_documents, jobs
from storage.jobs.work import change

_ROWS = 500
Planned = Literal["added", "changed", "removed", "skipped", "quarantined"]


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """`file` is what to convert, as JSON; `batch` None where there is nothing to convert."""

    document_id: str
    planned: Planned
    kept: bool = False
    batch: int | None = None
    bytes: int = 0
    revision: str = ""
    file: str | None = None
    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a document of a batch: `record` as JSON, or a reason, and whether it is `final`.

    `held_as` names the revision that failed in quarantine.
    """

    document_id: str
    outcome: str
    record: str | None = None
    chunks: int = 0
    reason: str = ""
    remedy: str = ""
    final: bool = True
    held_as: str = ""


@dataclass(frozen=True, slots=True)
class DocumentOutcome:
    """A line of a job's report; `outcome` None: not done yet."""

    document_id: str
    outcome: str | None
    planned: str
    kept: bool
    reason: str
    remedy: str
    chunks: int


class JobDocuments:
    """The documents of jobs in `database`; `now` gives aware times."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def plan(self, lease: Lease, planned: Sequence[PlannedDocument], unchanged: int) -> None:
        """All that the job is to do, in one transaction; a plan made before is replaced."""
        to_convert = [entry for entry in planned if entry.batch is not None]
        with self._database.writing() as connection:
            change(
                connection,
                lease,
                planned=True,
                stage="writing",
                batches=1 + max((entry.batch or 0 for entry in to_convert), default=-1),
                total_documents=len(to_convert),
                total_bytes=sum(entry.bytes for entry in to_convert),
                unchanged=unchanged,
                taken=self._now(),
            )
            connection.execute(delete(job_documents).where(job_documents.c.job_id == lease.job_id))
            for start in range(0, len(planned), _ROWS):
                rows = [_row(lease.job_id, entry) for entry in planned[start : start + _ROWS]]
                connection.execute(insert(job_documents), rows)

    def batch(self, job_id: str, number: int) -> list[PlannedDocument]:
        """What of a batch is not done yet, by document id: all of it, or nothing."""
        columns = [job_documents.c[name] for name in _PLANNED]
        of_batch = job_documents.c.job_id == job_id, job_documents.c.batch == number
        query = select(*columns).where(*of_batch, job_documents.c.outcome == null())
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(job_documents.c.document_id))
            return [PlannedDocument(*row) for row in rows]

    def record(
        self, lease: Lease, planned: Sequence[PlannedDocument], done: Sequence[Done], embedded: int
    ) -> None:
        """A batch is done: outcomes, quarantine and progress in one transaction.

        A batch that was recorded before is passed over.
        """
        size = sum(entry.bytes for entry in planned)
        with self._database.writing() as connection:
            change(connection, lease, fruitless=0)
            its_rows = job_documents.c.job_id == lease.job_id, job_documents.c.outcome == null()
            ids = [entry.document_id for entry in planned]
            of_batch = select(func.count()).select_from(job_documents)
            left = connection.scalar(of_batch.where(*its_rows, job_documents.c.document_id.in_(ids)))
            if not left:
                return
            change(
                connection,
                lease,
                documents=jobs.c.documents + len(done),
                bytes=jobs.c.bytes + size,
                chunks=jobs.c.chunks + embedded,
            )
            _record(connection, lease.job_id, done)
            self._remember(connection, lease.job_id, done)

    def _remember(self, connection: Connection, job_id: str, done: Sequence[Done]) -> None:
        set_name = str(connection.scalar(select(jobs.c.set_name).where(jobs.c.id == job_id)))
        lift(connection, set_name, [entry.document_id for entry in done if entry.outcome != "failed"])
        for e in done:
            if e.outcome == "failed":
                held = Held(e.document_id, e.held_as, e.reason, e.remedy, self._now(), job_id)
                remember(connection, set_name, held, final=e.final)

    def written(self, job_id: str) -> Iterator[str]:
        """Records, as JSON, of what was added or changed, read a page at a time."""
        for row in self._pages(job_id, job_documents.c.record != null()):
            yield row.record

    def removed(self, job_id: str) -> Iterator[str]:
        """Ids of documents that are gone from their source."""
        for row in self._pages(job_id, job_documents.c.planned == "removed"):
            yield row.document_id

    def outcomes(self, job_id: str) -> Iterator[DocumentOutcome]:
        """Of every document that the job touches, by id."""
        for row in self._pages(job_id):
            yield DocumentOutcome(*(getattr(row, name) for name in _OUTCOME))

    def counts(self, job_ids: Sequence[str]) -> Mapping[str, dict[str, int]]:
        """Job -> outcome -> number of documents; what is not done yet is left out."""
        columns = job_documents.c.job_id, job_documents.c.outcome, func.count()
        done = job_documents.c.job_id.in_(job_ids), job_documents.c.outcome != null()
        found: dict[str, dict[str, int]] = {}
        with self._database.reading() as connection:
            query = select(*columns).where(*done).group_by(*columns[:2]).order_by(*columns[:2])
            for job_id, outcome, number in connection.execute(query):
                found.setdefault(job_id, {})[outcome] = number
        return found

    def _pages(self, job_id: str, *conditions: Any) -> Iterator[Any]:
        last = ""
        by_id = select(job_documents).order_by(job_documents.c.document_id).limit(_ROWS)
        while True:
            its_rows = job_documents.c.job_id == job_id, job_documents.c.document_id > last
            with self._database.reading() as connection:
                page = connection.execute(by_id.where(*its_rows, *conditions)).all()
            yield from page
            if len(page) < _ROWS:
                return
            last = page[-1].document_id


def planned_outcome(entry: PlannedDocument) -> DocumentOutcome:
    """As if all of it had gone well."""
    return DocumentOutcome(
        entry.document_id, entry.planned, entry.planned, entry.kept, entry.reason, entry.remedy, 0
    )


_PLANNED = tuple(PlannedDocument.__dataclass_fields__)
_OUTCOME = tuple(DocumentOutcome.__dataclass_fields__)


def _row(job_id: str, entry: PlannedDocument) -> dict[str, Any]:
    """What needs no conversion is done as it is planned."""
    values = {name: getattr(entry, name) for name in _PLANNED}
    outcome = None if entry.batch is not None else entry.planned
    return {**values, "job_id": job_id, "outcome": outcome, "record": None, "chunks": 0}


def _record(connection: Connection, job_id: str, done: Iterable[Done]) -> None:
    statement = update(job_documents).where(
        job_documents.c.job_id == job_id, job_documents.c.document_id == bindparam("its_id")
    )
    names = ("outcome", "record", "chunks", "reason", "remedy")
    rows = [
        {"its_id": entry.document_id, **{f"new_{name}": getattr(entry, name) for name in names}}
        for entry in done
    ]
    connection.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), rows)
