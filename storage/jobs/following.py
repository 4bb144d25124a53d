"""What became of a job's documents in the order in which batches are finished, for whoever follows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import null, select

from storage.database import Database
from storage.jobs.documents import DocumentOutcome
from storage.jobs.tables import job_documents

PLANNED = -1  # in place of a batch: what was done with by planning it
WINDOW = 64  # batches; far more than are in work at a time
MOST_ROWS = 500


class Finished:
    """The finished batches of jobs in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def batches(self, job_id: str, first: int) -> list[int]:
        """Those that are finished, from `first` on, within a window."""
        finished = job_documents.c.job_id == job_id, job_documents.c.outcome != null()
        some = job_documents.c.batch.between(first, first + WINDOW)
        query = select(job_documents.c.batch).distinct().where(*finished, some)
        with self._database.reading() as connection:
            return list(connection.scalars(query.order_by(job_documents.c.batch)))

    def outcomes(self, job_id: str, batch: int, passed_over: int) -> Sequence[DocumentOutcome]:
        """Some documents of a finished batch by id, behind those that are passed over; none at its end."""
        columns: list[Any] = [job_documents.c[name] for name in DocumentOutcome.__dataclass_fields__]
        of_batch = job_documents.c.batch == (null() if batch == PLANNED else batch)
        rows = select(*columns).where(job_documents.c.job_id == job_id, of_batch)
        page = rows.order_by(job_documents.c.document_id).offset(passed_over).limit(MOST_ROWS)
        with self._database.reading() as connection:
            return [DocumentOutcome(*row) for row in connection.execute(page)]
