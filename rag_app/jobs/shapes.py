"""What is told of jobs outside: the JSON of the command line and of HTTP alike; fields are only added."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from storage.jobs.documents import DocumentOutcome
from storage.jobs.job import Job, Stage, State
from storage.jobs.quarantine import Held

JobState = State


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class JobStatus(_Shape):
    """One job, as it stands."""

    id: str
    set: str
    state: State
    stage: Stage = Field(description="What it does now; held: the set is being purged or deleted")
    cancelling: bool = Field(description="Somebody asked it to stop")
    requested_by: str
    created: datetime
    started: datetime | None
    finished: datetime | None
    worker: str | None = Field(description="The process that works on it, or was the last to")
    takes: int = Field(description="How often a worker took it from the queue; above 1 it was resumed")
    generation: int | None = Field(description="What it builds, or has published")
    outcome: str | None = Field(description="published or unchanged, once it has succeeded")
    total_documents: int = Field(description="To convert; 0 until the sources have been read")
    documents: int
    total_bytes: int
    bytes: int
    chunks: int = Field(description="Passages embedded so far")
    unchanged: int = Field(description="Documents that stay as they are")
    outcomes: dict[str, int] = Field(
        description="How many documents were added, changed, removed, failed ..."
    )
    seconds_left: float | None = Field(description="At the pace since it was last taken up")
    problem: str | None = Field(description="Transient, Permanent, InvalidInput or NotFound")
    reason: str
    remedy: str


class JobList(_Shape):
    """Jobs, the newest first."""

    jobs: list[JobStatus]


class JobPage(_Shape):
    """Jobs, the newest first, a page at a time."""

    jobs: list[JobStatus]
    next_cursor: str | None = Field(description="For the next page; null: this is the last")


class DocumentLine(_Shape):
    """What became of one document in a job."""

    document: str
    outcome: str = Field(
        description="added, changed, unchanged, removed, failed, quarantined, skipped, waiting"
    )
    reason: str = ""
    remedy: str = ""
    kept: bool = Field(False, description="An earlier revision of it is still searched")
    chunks: int = 0


class QuarantinedDocument(_Shape):
    """A revision that is not tried again by itself."""

    set: str
    document: str
    reason: str
    remedy: str
    since: datetime
    job: str = Field(description="The job in which it failed last")


class QuarantineList(_Shape):
    """By set and document."""

    quarantined: list[QuarantinedDocument]


def document_line(document: DocumentOutcome) -> DocumentLine:
    return DocumentLine(
        document=document.document_id,
        outcome=document.outcome or "waiting",
        reason=document.reason,
        remedy=document.remedy,
        kept=document.kept,
        chunks=document.chunks,
    )


def job_status(job: Job, outcomes: dict[str, int], now: datetime) -> JobStatus:
    return JobStatus(
        id=job.id,
        set=job.set_name,
        takes=job.fence,
        outcomes=outcomes,
        seconds_left=_seconds_left(job, now),
        **{name: getattr(job, name) for name in _SAME},
    )


_SAME = tuple(
    name for name in JobStatus.model_fields if name not in ("id", "set", "takes", "outcomes", "seconds_left")
)


def quarantined_document(set_name: str, held: Held) -> QuarantinedDocument:
    return QuarantinedDocument(
        set=set_name,
        document=held.document_id,
        reason=held.reason,
        remedy=held.remedy,
        since=held.since,
        job=held.job_id,
    )


def _seconds_left(job: Job, now: datetime) -> float | None:
    done = job.bytes - job.bytes_at_take
    if job.state != "running" or job.stage != "writing" or job.taken is None or done <= 0:
        return None
    pace = done / max((now - job.taken).total_seconds(), 0.001)
    return round((job.total_bytes - job.bytes) / pace, 1)
