"""Following a job: every outcome once, in whatever order batches are finished, also across reconnections."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_app.jobs.events import ENDED, EndEvent, Following, OutcomeEvent, ProgressEvent, Seen
from rag_app.jobs.shapes import JobStatus
from storage.jobs.documents import DocumentOutcome
from storage.jobs.following import MOST_ROWS, PLANNED, Finished

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _status(done: int, *, ended: bool) -> JobStatus:
    values: dict[str, Any] = {
        **dict.fromkeys(("set", "requested_by", "reason", "remedy"), ""),
        **dict.fromkeys(("total_bytes", "bytes", "chunks", "unchanged", "takes"), 0),
        **dict.fromkeys(("started", "worker", "generation", "outcome", "seconds_left", "problem")),
    }
    return JobStatus.model_construct(
        **values,
        id="j",
        state="succeeded" if ended else "running",
        stage="writing",
        cancelling=False,
        created=NOW,
        finished=NOW if ended else None,
        total_documents=100,
        documents=done,
        outcomes={},
    )


class _Job:
    """Finishes one more batch at each look."""

    def __init__(self, batches: dict[int, int], order: Sequence[int]) -> None:
        self.sizes, self.order, self.done = batches, order, 0

    def show(self, _job: str) -> JobStatus:
        self.done = min(self.done + 1, len(self.order))
        return _status(self.done, ended=self.done == len(self.order))

    def batches(self, _job: str, first: int) -> list[int]:
        return sorted(b for b in self.order[: self.done] if b != PLANNED and b >= first)

    def outcomes(self, _job: str, batch: int, passed_over: int) -> list[DocumentOutcome]:
        names = [f"{batch}/{n}" for n in range(self.sizes.get(batch, 0))][
            passed_over : passed_over + MOST_ROWS
        ]
        return [DocumentOutcome(name, "added", "added", False, "", "", 1) for name in names]


def _events(job: _Job, last: str | None = None) -> list[Any]:
    async def followed() -> list[Any]:
        return [event async for event in Following(job, cast(Finished, job), 0).follow("j", last)]

    return asyncio.run(followed())


def _told(events: list[Any]) -> list[tuple[str, str | None]]:
    return [(e.document.document, e.event_id) for e in events if isinstance(e, OutcomeEvent)]


def test_outcomes_come_as_batches_are_finished_and_the_end_comes_last() -> None:
    events = _events(_Job({PLANNED: 1, 0: 2, 1: 1}, [1, 0]))

    kinds: list[type] = [OutcomeEvent, OutcomeEvent, ProgressEvent, OutcomeEvent, OutcomeEvent, EndEvent]
    assert [type(event) for event in events] == kinds
    assert [name for name, _ in _told(events)] == ["-1/0", "1/0", "0/0", "0/1"]
    assert events[-1].event_id == ENDED
    assert "event_id" not in events[0].model_dump()


@given(st.permutations(range(5)), st.integers(0, 2), st.data())
def test_who_comes_back_gets_the_rest_and_nothing_twice(
    order: list[int], planned: int, data: st.DataObject
) -> None:
    sizes = {PLANNED: planned, **{batch: batch % 3 + 1 for batch in order}}
    told = _told(_events(_Job(sizes, order)))
    kept = data.draw(st.integers(0, len(told) - 1))

    later = _told(_events(_Job(sizes, order), told[kept][1]))

    everything = sorted(f"{batch}/{n}" for batch, size in sizes.items() for n in range(size))
    assert sorted(name for name, _ in told) == everything
    assert sorted([name for name, _ in told[: kept + 1]] + [name for name, _ in later]) == everything


def test_more_than_is_read_at_a_time_is_told_once() -> None:
    job = _Job({PLANNED: 2 * MOST_ROWS + 1, 0: 1}, [0])

    names = [name for name, _ in _told(_events(job))]

    assert len(names) == len(set(names)) == 2 * MOST_ROWS + 2


@pytest.mark.parametrize("text", ["", "x", "1.2", "9" * 50, "0..0.0; DROP", "1.2-x.3.4", None])
def test_an_id_of_another_kind_means_the_beginning(text: str | None) -> None:
    assert Seen.parse(text) == Seen()


def test_an_id_says_what_was_seen_in_few_characters() -> None:
    steps = [Seen()]
    for batch in (PLANNED, 1, 0, 3):
        steps.append(steps[-1].finished(batch))

    assert [str(seen) for seen in steps] == ["-1..-1.0", "0..-1.0", "0.1.-1.0", "2..-1.0", "2.3.-1.0"]
    assert [Seen.parse(str(seen)) for seen in steps] == steps
    assert all(before != after for before, after in pairwise(steps))
