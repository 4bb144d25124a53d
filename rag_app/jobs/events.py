"""A job as it happens: how far it is, and what becomes of each document, told once to each who follows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field

from rag_app.jobs.shapes import DocumentLine, JobStatus, document_line
from storage.jobs.following import MOST_ROWS, PLANNED, Finished

FOLLOW_SECONDS = 0.5
ENDED = "ended"  # the id of the last event


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)

    event_id: str | None = Field(None, exclude=True)


class ProgressEvent(_Event):
    """How far the job is, when that has changed."""

    type: Literal["progress"] = "progress"
    job: JobStatus


class OutcomeEvent(_Event):
    """What became of one document."""

    type: Literal["outcome"] = "outcome"
    document: DocumentLine


class EndEvent(_Event):
    """Last event: how the job ended."""

    type: Literal["done"] = "done"
    job: JobStatus


JobEvent = ProgressEvent | OutcomeEvent | EndEvent


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody has been told: batches below `low` and those `ahead`, and `count` documents of `batch`.

    Batches are finished out of order; so a place in time is this, and needs no record of who was told what.
    """

    low: int = PLANNED
    ahead: frozenset[int] = frozenset()
    batch: int = PLANNED
    count: int = 0

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """From an event's id; from the beginning where it is none."""
        found = _SEEN.fullmatch(text or "")
        if found is None:
            return cls()
        ahead = frozenset(int(number) for number in found[2].split("-") if number)
        return cls(int(found[1]), ahead, int(found[3]), int(found[4]))

    def __str__(self) -> str:
        return f"{self.low}.{'-'.join(map(str, sorted(self.ahead)))}.{self.batch}.{self.count}"

    def told(self, batch: int, count: int) -> Self:
        return replace(self, batch=batch, count=count)

    def finished(self, batch: int) -> Self:
        low, ahead = self.low, self.ahead | {batch}
        while low in ahead:
            ahead -= {low}
            low += 1
        return replace(self, low=low, ahead=ahead, batch=PLANNED, count=0)

    def has(self, batch: int) -> bool:
        return batch < self.low or batch in self.ahead


_SEEN = re.compile(r"(-?\d{1,9})\.((?:\d{1,9}(?:-\d{1,9}){0,200})?)\.(-?\d{1,9})\.(\d{1,9})")


class Shown(Protocol):
    """What there is to follow."""

    def show(self, job_id: str) -> JobStatus: ...


@dataclass(frozen=True)
class Following:
    """Looks every now and then, in a thread; closing what `follow` gives ends it."""

    jobs: Shown
    finished: Finished
    seconds: float = FOLLOW_SECONDS

    async def follow(self, job_id: str, last_event_id: str | None = None) -> AsyncIterator[JobEvent]:
        """Until the job has ended; behind the event of that id. Raises NotFound."""
        seen, last = Seen.parse(last_event_id), None
        while True:
            status = await asyncio.to_thread(self.jobs.show, job_id)
            if last is None or _changed(last, status):
                last = status
                while status.total_documents or status.outcomes:
                    told, seen = await asyncio.to_thread(self._more, job_id, seen)
                    for event in told:
                        yield event
                    if not told:
                        break
                if status.finished is not None:
                    yield EndEvent(job=status, event_id=ENDED)
                    return
                yield ProgressEvent(job=status)
            await asyncio.sleep(self.seconds)

    def _more(self, job_id: str, seen: Seen) -> tuple[list[OutcomeEvent], Seen]:
        """The next outcomes, some at a time; none where all that is known has been told."""
        events: list[OutcomeEvent] = []
        for batch in self._open(job_id, seen):
            count = seen.count if seen.batch == batch else 0
            outcomes = self.finished.outcomes(job_id, batch, count)
            is_whole = len(outcomes) < MOST_ROWS
            for number, outcome in enumerate(outcomes, 1):
                is_last = is_whole and number == len(outcomes)
                at = seen.finished(batch) if is_last else seen.told(batch, count + number)
                events.append(OutcomeEvent(document=document_line(outcome), event_id=str(at)))
            seen = seen.finished(batch) if is_whole else seen.told(batch, count + len(outcomes))
            if len(events) >= MOST_ROWS:
                break
        return events, seen

    def _open(self, job_id: str, seen: Seen) -> Iterator[int]:
        if not seen.has(PLANNED):
            yield PLANNED
        yield from (b for b in self.finished.batches(job_id, max(seen.low, 0)) if not seen.has(b))


def _changed(before: JobStatus, now: JobStatus) -> bool:
    return before.model_copy(update={"seconds_left": None}) != now.model_copy(update={"seconds_left": None})
