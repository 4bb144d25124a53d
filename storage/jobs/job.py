"""A job as it is kept: what was asked, how far it is, and who works on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["queued", "running", "succeeded", "failed", "cancelled"]
Stage = Literal["waiting", "listing", "writing", "checking", "publishing", "done", "held"]

UNFINISHED: tuple[State, ...] = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Request:
    """Bring `set_name` in line with its sources; with `folder`, that is its source from now on."""

    set_name: str
    folder: str | None = None
    replace_source: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a job, until somebody else takes it: then `fence` has grown."""

    job_id: str
    worker: str
    fence: int


@dataclass(frozen=True, slots=True)
class Job:
    """`problem` is the kind of what ended it, `reason` and `remedy` its words."""

    id: str
    request: Request
    requested_by: str
    state: State
    stage: Stage
    cancelling: bool
    created: datetime
    started: datetime | None
    finished: datetime | None
    worker: str | None
    fence: int
    attempt: int
    taken: datetime | None
    bytes_at_take: int
    planned: bool
    batches: int
    generation: int | None
    live: int
    total_documents: int
    documents: int
    total_bytes: int
    bytes: int
    chunks: int
    unchanged: int
    outcome: str | None
    problem: str | None
    reason: str
    remedy: str

    @property
    def set_name(self) -> str:
        return self.request.set_name

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED
