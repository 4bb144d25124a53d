"""The verbs of administrators: bring a document set in line with its sources, and tell what there is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rag_app.application.status import SetStatus
from rag_app.jobs.ingesting import progress_of, request_for
from rag_app.jobs.ingestion import Ingestion
from rag_app.jobs.jobs import Jobs
from rag_app.jobs.plain_steps import PlainSteps
from rag_app.jobs.presence import Presence
from rag_app.jobs.progress import ProgressCallback, no_progress
from rag_app.jobs.report import IngestionReport
from rag_app.jobs.worker import carry_out
from storage.catalogue import Catalogue
from storage.document_sets import DocumentSets
from storage.errors import Problem
from storage.jobs.job import Lease
from storage.jobs.work import JobWork, lease_of
from storage.principal import ANONYMOUS
from storage.vectors import ChunkIndex


@dataclass(frozen=True)
class Documents:
    """Document sets and what is in them. `ingestion_for` gives the steps to a process that is present."""

    index: ChunkIndex
    sets: DocumentSets
    catalogue: Catalogue
    jobs: Jobs
    work: JobWork
    presence: Callable[[], Presence]
    ingestion_for: Callable[[Presence], Ingestion]

    def ingest(
        self,
        folder: Path | None,
        set_name: str | None = None,
        *,
        replace_source: bool = False,
        dry_run: bool = False,
        progress: ProgressCallback = no_progress,
    ) -> IngestionReport:
        """Brings the set in line with its sources, in this process; a folder is one, and names the set.

        Readers see the former documents until all is written. A file that cannot be converted is reported
        and skipped; an earlier revision of it stays. Raises InvalidInput, Transient or Permanent.
        """
        request = request_for(folder, set_name, replace_source)
        self.jobs.planning.check(request)
        if dry_run:
            return self.jobs.planned(request, self.jobs.planning.read(request))
        here = self.presence()
        try:
            job = self.jobs.store.submit(request, ANONYMOUS.name, worker=here.id)
            self._carry_out(here, lease_of(job), progress)
        finally:
            here.close()
        return self.jobs.ingestion_report(job.id)

    def _carry_out(self, here: Presence, lease: Lease, progress: ProgressCallback) -> None:
        def told() -> None:
            job = self.jobs.store.find(lease.job_id)
            if job.total_documents:
                progress(progress_of(job))

        try:
            problem = carry_out(self.ingestion_for(here), self.work, lease, PlainSteps(told))
        except BaseException:
            with suppress(Problem):
                self.work.cancelled(lease)
            raise
        if problem is not None:
            raise problem

    def status(self) -> list[SetStatus]:
        """Every set with its documents, chunks and the failures of its last ingestion."""
        counts = self.catalogue.counts()
        found = []
        for document_set in self.sets.all():
            documents, chunks = counts.get(document_set.name, (0, 0))
            failed = [o for o in self.catalogue.outcomes(document_set.name) if o.outcome == "failed"]
            found.append(
                SetStatus(
                    name=document_set.name,
                    folder=document_set.folder,
                    generation=document_set.live_generation,
                    documents=documents,
                    chunks=chunks,
                    half_life_days=document_set.half_life_days,
                    updated=document_set.updated,
                    failed={outcome.document: outcome.reason for outcome in failed},
                )
            )
        return found
