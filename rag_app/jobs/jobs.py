"""The verbs of jobs: start, look, watch, cancel, try again."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rag_app.jobs.planning import Planning
from rag_app.jobs.report import IngestionReport, report_of
from rag_app.jobs.shapes import (
    DocumentLine,
    JobStatus,
    QuarantinedDocument,
    job_status,
    quarantined_document,
)
from storage.catalogue import Catalogue
from storage.document_sets import DocumentSets
from storage.errors import InvalidInput, NotFound
from storage.jobs.documents import DocumentOutcome, JobDocuments
from storage.jobs.job import Job, Request
from storage.jobs.quarantine import Quarantine
from storage.jobs.store import JobStore
from storage.principal import Principal

WATCH_SECONDS = 0.2


@dataclass(frozen=True)
class Jobs:
    """`ensure_worker` sees to it that somebody takes what waits, where that is this installation's way."""

    store: JobStore
    documents: JobDocuments
    quarantine: Quarantine
    sets: DocumentSets
    catalogue: Catalogue
    planning: Planning
    ensure_worker: Callable[[], None]
    now: Callable[[], datetime]

    def start(
        self,
        set_name: str,
        principal: Principal,
        *,
        folder: Path | None = None,
        replace_source: bool = False,
        idempotency_key: str | None = None,
    ) -> JobStatus:
        """Queues an ingestion of the set, from its own sources or from `folder`; it is not waited for.

        Raises InvalidInput or NotFound where there is nothing to read, Transient, naming it, where the set
        has a job that has not ended. The same `idempotency_key` gives the job of the first time.
        """
        if folder is None and self.sets.find(set_name) is None:
            raise NotFound(f"There is no document set {set_name!r}.", "Create it, or name a folder for it.")
        source = str(folder.expanduser().resolve()) if folder else None
        request = Request(set_name, source, replace_source)
        self.planning.check(request)
        job = self.store.submit(request, principal.name, idempotency_key=idempotency_key)
        self.ensure_worker()
        return self._status(job)

    def all(self, set_name: str | None = None, limit: int = 50) -> list[JobStatus]:
        """The newest first."""
        found = self.store.all(set_name, limit)
        counts = self.documents.counts([job.id for job in found])
        return [job_status(job, counts.get(job.id, {}), self.now()) for job in found]

    def show(self, job_id: str) -> JobStatus:
        """Raises NotFound."""
        return self._status(self.store.find(job_id))

    def watch(self, job_id: str, seconds: float = WATCH_SECONDS) -> Iterator[JobStatus]:
        """The job now and whenever it has changed, until it has ended. Raises NotFound."""
        last: JobStatus | None = None
        while last is None or last.finished is None:
            status = self.show(job_id)
            if last is None or _without_estimate(status) != _without_estimate(last):
                yield status
            last = status
            if status.finished is None:
                time.sleep(seconds)

    def cancel(self, job_id: str, principal: Principal) -> JobStatus:  # noqa: ARG002 - who may is asked outside
        """Ends it within a batch; searches see the documents of before, and the next build undoes it."""
        return self._status(self.store.cancel(job_id))

    def resume(self, job_id: str, principal: Principal) -> JobStatus:  # noqa: ARG002
        """Goes on with a failed or cancelled job where it was.

        Raises InvalidInput where it cannot: it has ended well, or another build was begun since.
        """
        job = self.store.find(job_id)
        newer = [other for other in self.store.all(job.set_name) if other.created > job.created]
        if any(other.generation is not None for other in newer):
            raise InvalidInput(
                f"Job {job_id} was overtaken by job {newer[0].id}, which undid what it had written.",
                "Start a new one.",
            )
        resumed = self.store.resume(job_id)
        self.ensure_worker()
        return self._status(resumed)

    def retry(self, job_id: str, principal: Principal) -> JobStatus:
        """A new job of the same set that tries again what failed or was left in quarantine in this one."""
        job = self.store.find(job_id)
        failed = [d.document_id for d in self.documents.outcomes(job_id) if d.outcome in _FAILED]
        if not failed:
            raise InvalidInput(f"In job {job_id} no document has failed.", "There is nothing to try again.")
        self.planning.check(job.request)
        again = self.store.submit(job.request, principal.name)
        self.quarantine.lift(job.set_name, frozenset(failed))
        self.ensure_worker()
        return self._status(again)

    def report(self, job_id: str) -> Iterator[DocumentLine]:
        """What became of every document of the set, unchanged ones last. Raises NotFound."""
        job = self.store.find(job_id)
        touched = set()
        for document in self.documents.outcomes(job_id):
            touched.add(document.document_id)
            yield _line(document)
        if job.outcome is not None:
            at = job.generation if job.outcome == "published" and job.generation else job.live
            for name in self.catalogue.ids(job.set_name, at):
                if name not in touched:
                    yield DocumentLine(document=name, outcome="unchanged")

    def report_csv(self, job_id: str) -> Iterator[str]:
        """The same as lines of CSV, with a header."""
        names = list(DocumentLine.model_fields)
        yield _csv_line(names)
        for line in self.report(job_id):
            yield _csv_line([str(getattr(line, name)) for name in names])

    def ingestion_report(self, job_id: str) -> IngestionReport:
        """What an ingestion reports when it has succeeded."""
        job = self.store.find(job_id)
        found = self.sets.find(job.set_name)
        outcome, live = ("unchanged", found.live_generation if found else 0)
        if job.outcome == "published" and job.generation is not None:
            outcome, live = "published", job.generation
        seconds = ((job.finished or self.now()) - (job.started or job.created)).total_seconds()
        documents = self.documents.outcomes(job_id)
        return report_of(job.set_name, outcome, live, documents, job.unchanged, job.chunks, seconds)  # type: ignore[arg-type]

    def quarantined(self, set_name: str | None = None) -> list[QuarantinedDocument]:
        """By set and document."""
        names = [set_name] if set_name is not None else [found.name for found in self.sets.all()]
        return [
            quarantined_document(name, held) for name in names for held in self.quarantine.of(name).values()
        ]

    def _status(self, job: Job) -> JobStatus:
        return job_status(job, self.documents.counts([job.id]).get(job.id, {}), self.now())


_FAILED = ("failed", "quarantined")


def _without_estimate(status: JobStatus) -> JobStatus:
    return status.model_copy(update={"seconds_left": None})


def _line(document: DocumentOutcome) -> DocumentLine:
    return DocumentLine(
        document=document.document_id,
        outcome=document.outcome or "waiting",
        reason=document.reason,
        remedy=document.remedy,
        kept=document.kept,
        chunks=document.chunks,
    )


def _csv_line(values: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue()
