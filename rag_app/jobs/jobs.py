"""The verbs of jobs: start, look, watch, cancel, try again."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from ingestion.folder import Listing
from rag_app.cursors import key_of, page_of
from rag_app.jobs.events import Following, JobEvent
from rag_app.jobs.planning import Planning
from rag_app.jobs.report import IngestionReport, report_of
from rag_app.jobs.shapes import (
    DocumentLine,
    JobPage,
    JobState,
    JobStatus,
    QuarantinedDocument,
    document_line,
    job_status,
    quarantined_document,
)
from rag_app.jobs.spreadsheet import csv_lines
from storage.catalogue import Catalogue
from storage.document_sets import DocumentSets
from storage.errors import InvalidInput, NotFound
from storage.jobs.documents import JobDocuments, planned_outcome
from storage.jobs.following import Finished
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
    finished: Finished
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

    def page(
        self,
        set_name: str | None = None,
        state: JobState | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> JobPage:
        """The newest first, a page at a time. Raises InvalidInput for what is no cursor."""
        found = self.store.page(set_name, state, _behind(cursor), limit + 1)
        some, next_cursor = page_of(found, limit, lambda job: (job.created.isoformat(), job.id))
        counts = self.documents.counts([job.id for job in some])
        jobs = [job_status(job, counts.get(job.id, {}), self.now()) for job in some]
        return JobPage(jobs=jobs, next_cursor=next_cursor)

    def dry_run(self, set_name: str) -> IngestionReport:
        """What an ingestion of the set would do, told by reading its sources; raises as they do."""
        if self.sets.find(set_name) is None:
            raise NotFound(f"There is no document set {set_name!r}.", "Create it first.")
        request = Request(set_name)
        return self.planned(request, self.planning.read(request))

    def planned(self, request: Request, listing: Listing) -> IngestionReport:
        """The same of what was read already."""
        started = time.perf_counter()
        planned, unchanged = self.planning.look(request, listing)
        found = self.sets.find(request.set_name)
        live = found.live_generation if found else 0
        outcomes = [planned_outcome(entry) for entry in planned]
        seconds = time.perf_counter() - started
        return report_of(request.set_name, "dry run", live, outcomes, unchanged, 0, seconds)

    def events(self, job_id: str, last_event_id: str | None = None) -> AsyncIterator[JobEvent]:
        """The job as it happens, to its end, behind the event of that id. Raises NotFound."""
        return Following(self, self.finished).follow(job_id, last_event_id)

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
            yield document_line(document)
        if job.outcome is not None:
            at = job.generation if job.outcome == "published" and job.generation else job.live
            for name in self.catalogue.ids(job.set_name, at):
                if name not in touched:
                    yield DocumentLine(document=name, outcome="unchanged")

    def report_csv(self, job_id: str) -> Iterator[str]:
        """The same as CSV with a header, a piece at a time; no cell is a formula to a spreadsheet."""
        names = list(DocumentLine.model_fields)
        rows = ([str(getattr(line, name)) for name in names] for line in self.report(job_id))
        return csv_lines(chain([names], rows))

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


def _behind(given: str | None) -> tuple[datetime, str] | None:
    key = key_of(given, 2)
    if key is None:
        return None
    try:
        return datetime.fromisoformat(key[0]).astimezone(UTC), key[1]
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            f"There is no cursor {str(given)[:100]!r}.", "Give a `next_cursor` as it is."
        ) from error
