"""The verbs of administrators: bring a document set in line with its sources, and tell what there is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from haystack import Pipeline

from ingestion.chunk_limits import ChunkLimits
from ingestion.sources.reading import SourceReading
from rag_app.application.building import Built, build
from rag_app.application.comparison import Comparison, compare
from rag_app.application.ingestion_report import (
    IngestionReport,
    OutcomeOfRun,
    outcomes_of,
    report_of,
)
from rag_app.application.progress import ProgressCallback, no_progress
from rag_app.application.set_chunking import SetChunking
from rag_app.application.set_locks import alone
from rag_app.application.status import SetStatus
from storage.catalogue import Catalogue
from storage.document_sets import DocumentSets
from storage.errors import InvalidInput, Problem
from storage.generations import Generations
from storage.vectors import ChunkIndex

logger = logging.getLogger(__name__)

BeforePublish = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Documents:
    """Document sets and what is in them; a set is ingested by one process of a machine at a time.

    `before_publish` (set, live, candidate) may raise a Problem, and the live generation stays;
    `after_publish` (set) may fail, and is done again the next time.
    """

    pipeline: Pipeline
    index: ChunkIndex
    sets: DocumentSets
    sources: SourceReading
    generations: Generations
    catalogue: Catalogue
    chunking: SetChunking
    locks: Path
    half_life_days: float | None
    before_publish: Sequence[BeforePublish] = ()
    after_publish: Sequence[Callable[[str], object]] = ()

    def ingest(
        self,
        folder: Path | None,
        set_name: str | None = None,
        *,
        replace_source: bool = False,
        dry_run: bool = False,
        progress: ProgressCallback = no_progress,
    ) -> IngestionReport:
        """Brings the set in line with its sources; a folder is one of them from now on, and names the set.

        Readers see the former documents until all is written. A file that cannot be converted is reported
        and skipped; an earlier revision of it stays. Raises InvalidInput, Transient or Permanent.
        """
        started = perf_counter()
        root = folder.expanduser().resolve() if folder else None
        name = _name(root, set_name)
        with alone(self.locks, name):
            if root:
                self._check_source(name, root, replace_source)
            listing = self.sources.listing_of(name, root)
            limits = self.chunking.limits(self.sets.find(name))
            compared = compare(listing, self.catalogue.documents(name), self.chunking.recipe(limits))
            built = Built()
            outcome: OutcomeOfRun = "dry run" if dry_run else "unchanged"
            if not dry_run and (compared.to_convert or compared.removed):
                built, outcome = self._bring_in_line(name, root, compared, limits, progress)
            live = self.sets.find(name)
            report = report_of(
                name, live.live_generation if live else 0, outcome, compared, built, perf_counter() - started
            )
            if not dry_run:
                self.catalogue.record_outcomes(name, outcomes_of(report))
        return report

    def _bring_in_line(
        self,
        name: str,
        root: Path | None,
        compared: Comparison,
        limits: ChunkLimits,
        progress: ProgressCallback,
    ) -> tuple[Built, OutcomeOfRun]:
        fed_from = str(root) if root else None
        if self.sets.find(name) is None:
            self.sets.create(name, folder=fed_from, half_life_days=self.half_life_days)
        begun = self.generations.begin(name)
        for unfinished in begun.undo:
            self.index.undo(name, unfinished)
            self.generations.abandon(name, unfinished)
        built = build(
            self.pipeline, name, begun.generation, compared.to_convert, compared.revisions, progress, limits
        )
        if not built.records and not compared.removed:  # none of the files could be converted
            self.generations.abandon(name, begun.generation)
            return built, "unchanged"
        self.index.retire_documents(name, compared.removed, begun.generation)
        for check in self.before_publish:
            check(name, begun.live, begun.generation)
        self.generations.publish(name, begun.generation, built.records, compared.removed, fed_from)
        self._tidy(name)
        return built, "published"

    def _tidy(self, name: str) -> None:
        for tidy in self.after_publish:
            try:
                tidy(name)
            except Problem as problem:
                logger.warning("the document set %r is published, but not tidied: %s", name, problem)

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

    def _check_source(self, name: str, root: Path, replace_source: bool) -> None:
        found = self.sets.find(name)
        if found and found.folder not in (None, str(root)) and not replace_source:
            raise InvalidInput(
                f"The document set {name!r} is fed from {found.folder}, and this is {root}: what only the "
                "former holds would be removed.",
                "Name another set with --set, or give --replace-source.",
            )


def _name(root: Path | None, set_name: str | None) -> str:
    if set_name is None and root is None:
        raise InvalidInput(
            "Neither a folder nor a document set is named.", "Name a folder, or a set with --set."
        )
    return root.name if set_name is None and root else set_name or ""
