"""What an ingestion reports when it is done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from storage.catalogue import Outcome
from storage.jobs.documents import DocumentOutcome

OutcomeOfRun = Literal["published", "unchanged", "dry run"]


class DocumentProblem(BaseModel):
    """A file that was not ingested, why, and what to do."""

    model_config = ConfigDict(frozen=True)

    document: str
    reason: str
    remedy: str
    kept: bool = Field(False, description="An earlier revision of it is still searched")


class IngestionReport(BaseModel):
    """What became of each document; ids are paths relative to the folder."""

    model_config = ConfigDict(frozen=True)

    set: str
    generation: int
    outcome: OutcomeOfRun
    added: list[str]
    changed: list[str]
    removed: list[str]
    unchanged: int
    failed: list[DocumentProblem]
    skipped: list[DocumentProblem]
    chunks: int = Field(description="Chunks embedded in this run")
    seconds: float


def report_of(
    name: str,
    outcome: OutcomeOfRun,
    generation: int,
    documents: Iterable[DocumentOutcome],
    unchanged: int,
    chunks: int = 0,
    seconds: float = 0.0,
) -> IngestionReport:
    """What became of each document; one in quarantine has failed, whether now or before."""
    found: dict[str, list[DocumentOutcome]] = {}
    for document in documents:
        kind = "failed" if document.outcome == "quarantined" else document.outcome or ""
        found.setdefault(kind, []).append(document)
    added, changed, removed = ([d.document_id for d in found.get(kind, ())] for kind in _DONE)
    return IngestionReport(
        set=name,
        generation=generation,
        outcome=outcome,
        added=added,
        changed=changed,
        removed=removed,
        unchanged=unchanged,
        failed=[_problem(document) for document in found.get("failed", ())],
        skipped=[_problem(document) for document in found.get("skipped", ())],
        chunks=chunks,
        seconds=seconds,
    )


_DONE = ("added", "changed", "removed")


def outcomes_of(report: IngestionReport) -> list[Outcome]:
    """What is worth remembering of each document: what was done, and why where it was not."""
    done = [Outcome(document, kind) for kind in _DONE for document in getattr(report, kind)]
    failed = [Outcome(p.document, "failed", f"{p.reason} {p.remedy}") for p in report.failed]
    skipped = [Outcome(p.document, "skipped", f"{p.reason} {p.remedy}") for p in report.skipped]
    return done + failed + skipped


def _problem(entry: DocumentOutcome) -> DocumentProblem:
    return DocumentProblem(
        document=entry.document_id, reason=entry.reason, remedy=entry.remedy, kept=entry.kept
    )
