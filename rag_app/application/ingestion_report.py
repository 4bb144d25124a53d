"""What an ingestion tells while it runs, and what it reports when it is done."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ingestion.conversion_worker import Failure
from ingestion.folder import Skipped
from rag_app.application.building import Built
from rag_app.application.comparison import Comparison
from storage.catalogue import Outcome

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
    name: str, generation: int, outcome: OutcomeOfRun, compared: Comparison, built: Built, seconds: float
) -> IngestionReport:
    """What was planned, less what failed; a changed document that failed stays as it was."""
    failed = {failure.document_id for failure in built.failures}
    return IngestionReport(
        set=name,
        generation=generation,
        outcome=outcome,
        added=[document for document in compared.added if document not in failed],
        changed=[document for document in compared.changed if document not in failed],
        removed=list(compared.removed),
        unchanged=len(compared.unchanged),
        failed=[_problem(failure, compared) for failure in built.failures],
        skipped=[_problem(skipped, compared) for skipped in compared.skipped],
        chunks=built.chunks,
        seconds=seconds,
    )


def outcomes_of(report: IngestionReport) -> list[Outcome]:
    """What is worth remembering of each document: what was done, and why where it was not."""
    done = [
        Outcome(document, kind)
        for kind in ("added", "changed", "removed")
        for document in getattr(report, kind)
    ]
    failed = [Outcome(p.document, "failed", f"{p.reason} {p.remedy}") for p in report.failed]
    skipped = [Outcome(p.document, "skipped", f"{p.reason} {p.remedy}") for p in report.skipped]
    return done + failed + skipped


def _problem(entry: Failure | Skipped, compared: Comparison) -> DocumentProblem:
    kept = entry.document_id in compared.known
    return DocumentProblem(document=entry.document_id, reason=entry.reason, remedy=entry.remedy, kept=kept)
