"""`rag-app ingest` without a model in its process: it plans, and a worker does what there is to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingestion.folder import Listing, list_folder
from rag_app.jobs.jobs import WATCH_SECONDS, Jobs
from rag_app.jobs.planning import Planning
from rag_app.jobs.presence import Presence, Undertaker
from rag_app.jobs.progress import Progress, ProgressCallback, no_progress
from rag_app.jobs.report import IngestionReport, outcomes_of, report_of
from storage.catalogue import Catalogue
from storage.errors import InvalidInput, Problem, Transient
from storage.jobs.job import Job, Lease, Request
from storage.jobs.store import raised
from storage.jobs.work import JobWork, lease_of
from storage.principal import Principal

WORKER_CHECK_SECONDS = 3.0
MOST_SECONDS_ALONE = 60.0

Note = Callable[[str], None]


@dataclass(frozen=True)
class Ingesting:
    """`presence` opens this process's own, for as long as it plans; `note` tells people something."""

    jobs: Jobs
    work: JobWork
    planning: Planning
    catalogue: Catalogue
    undertaker: Undertaker
    presence: Callable[[], Presence]

    def ingest(
        self,
        folder: Path | None,
        set_name: str | None,
        principal: Principal,
        *,
        replace_source: bool = False,
        dry_run: bool = False,
        progress: ProgressCallback = no_progress,
        note: Note = lambda _: None,
    ) -> IngestionReport:
        """Brings the set in line with its sources, and reports; a folder is one of them, and names the set.

        An ingestion of the set that was interrupted goes on first. Ctrl-C cancels. Raises InvalidInput,
        Transient or Permanent.
        """
        request = request_for(folder, set_name, replace_source)
        listing = list_folder(Path(request.folder)) if request.folder else None
        self.planning.check(request)
        if not (listing and self.planning.is_fed_from_folder_alone(request.set_name)):
            listing = None  # what else there is, the worker reads
        if dry_run:
            return self.jobs.planned(request, listing or self.planning.read(request))
        earlier = self._finish_earlier(request, progress, note)
        report = self._run(request, listing, principal, progress)
        return earlier if earlier and report.outcome == "unchanged" else report

    def _finish_earlier(
        self, request: Request, progress: ProgressCallback, note: Note
    ) -> IngestionReport | None:
        job = self.jobs.store.holder(request.set_name)
        if job is None:
            return None
        self.undertaker.bury()
        job = self.jobs.store.find(job.id)
        if job.cancelling:
            note(f"Waiting for job {job.id} to stop.")
            self._watched(job.id, no_progress)
            return None
        if job.state != "queued" or any(record.takes_jobs for record in self.undertaker.alive()):
            return None  # the store will say so, naming it
        note(f"Job {job.id} was interrupted; it goes on first.")
        return self._report(job.id, progress)

    def _run(
        self,
        request: Request,
        listing: Listing | None,
        principal: Principal,
        progress: ProgressCallback,
    ) -> IngestionReport:
        if listing is None:
            job = self.jobs.store.submit(request, principal.name)
            return self._report(job.id, progress)
        here = self.presence()
        try:
            job = self.jobs.store.submit(request, principal.name, worker=here.id)
            lease = lease_of(job)
            try:
                self._plan(lease, job, listing)
            except BaseException as problem:
                self._give_up(lease, problem)
                raise
        finally:
            here.close()
        if self.jobs.store.find(job.id).is_finished:
            return self.jobs.ingestion_report(job.id)
        return self._report(job.id, progress)

    def _plan(self, lease: Lease, job: Job, listing: Listing) -> None:
        if self.planning.plan(lease, job.request, listing):
            self.work.release(lease)
            return
        report = report_of(job.set_name, "unchanged", 0, self.jobs.documents.outcomes(job.id), 0)
        if self.planning.sets.find(job.set_name) is not None:
            self.catalogue.record_outcomes(job.set_name, outcomes_of(report))
        self.work.end(lease, "unchanged")

    def _give_up(self, lease: Lease, error: BaseException) -> None:
        with suppress(Problem):
            if isinstance(error, Problem):
                self.work.fail(lease, error)
            else:
                self.work.cancelled(lease)

    def _report(self, job_id: str, progress: ProgressCallback) -> IngestionReport:
        try:
            job = self._watched(job_id, progress)
        except KeyboardInterrupt:
            self.jobs.store.cancel(job_id)
            raise
        if job.state == "cancelled":
            raise Transient(f"Job {job_id} was cancelled.", "Searches see the documents of before.")
        if job.problem is not None:
            raise raised(job.problem, job.reason, job.remedy)
        return self.jobs.ingestion_report(job_id)

    def _watched(self, job_id: str, progress: ProgressCallback) -> Job:
        """The job once it has ended; sees to it meanwhile that somebody works on it."""
        alone_since, checked = time.monotonic(), 0.0
        while not (job := self.jobs.store.find(job_id)).is_finished:
            if time.monotonic() - checked >= WORKER_CHECK_SECONDS:
                checked = time.monotonic()
                self.undertaker.bury()
                self.jobs.ensure_worker()
                if any(record.takes_jobs for record in self.undertaker.alive()):
                    alone_since = time.monotonic()
                elif time.monotonic() - alone_since > MOST_SECONDS_ALONE:
                    raise Transient(
                        f"No worker has taken job {job_id}, which waits.",
                        "Start one with `rag-app worker`, or see workers/worker.log in the data folder.",
                    )
            if job.planned:
                progress(progress_of(job))
            time.sleep(WATCH_SECONDS)
        progress(progress_of(job))
        return job


def request_for(folder: Path | None, set_name: str | None, replace_source: bool) -> Request:
    """Raises InvalidInput where neither a folder nor a set is named."""
    root = folder.expanduser().resolve() if folder else None
    name = root.name if root and set_name is None else set_name
    if name is None:
        raise InvalidInput(
            "Neither a folder nor a document set is named.", "Name a folder, or a set with --set."
        )
    return Request(name, str(root) if root else None, replace_source)


def progress_of(job: Job) -> Progress:
    return Progress(job.documents, job.total_documents, job.bytes, job.total_bytes, job.chunks)
