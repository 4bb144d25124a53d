"""What became of each document of a job, and what is not tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from storage.database import Database
from storage.document_sets import DocumentSets
from storage.jobs.documents import PlannedDocument
from storage.jobs.quarantine import FAILURES_UNTIL_HELD
from storage.jobs.work import KEPT_JOBS
from tests.contract_sql.jobs import Parts, converted, failed, parts_of, planned

Now = Callable[[], datetime]


@pytest.fixture
def parts(database: Database, now: Now) -> Parts:
    DocumentSets(database, now).create("handbook")
    return parts_of(database, now)


def test_a_plan_is_done_batch_by_batch_and_its_progress_adds_up(parts: Parts) -> None:
    lease = parts.taken(parts.worker("a"))
    parts.documents.plan(
        lease,
        [
            planned("x", 0, 10),
            planned("y", 0, 20),
            planned("z", 1, 30),
            PlannedDocument("old", "removed"),
            PlannedDocument("odd", "skipped", reason="It is a link.", remedy="Copy it."),
        ],
        unchanged=4,
    )
    job = parts.store.find(lease.job_id)
    assert (job.batches, job.total_documents, job.total_bytes, job.unchanged) == (2, 3, 60, 4)

    first = parts.documents.batch(job.id, 0)
    parts.documents.record(lease, first, [converted("x", 3), failed("y", final=True)], 2)

    job = parts.store.find(job.id)
    assert (job.documents, job.bytes, job.chunks) == (2, 30, 2)
    assert parts.documents.batch(job.id, 0) == []
    assert list(parts.documents.written(job.id)) == ['"x"']
    assert list(parts.documents.removed(job.id)) == ["old"]
    outcomes = {found.document_id: found.outcome for found in parts.documents.outcomes(job.id)}
    assert outcomes == {"x": "added", "y": "failed", "z": None, "old": "removed", "odd": "skipped"}
    assert parts.documents.counts([job.id]) == {job.id: {"added": 1, "failed": 1, "removed": 1, "skipped": 1}}


def test_a_batch_that_is_recorded_twice_counts_once(parts: Parts) -> None:
    lease = parts.taken(parts.worker("a"))
    parts.documents.plan(lease, [planned("x", 0)], unchanged=0)

    for _ in range(2):
        parts.documents.record(lease, [planned("x", 0)], [converted("x", 3)], 2)

    job = parts.store.find(lease.job_id)
    assert (job.documents, job.bytes, job.chunks) == (1, 10, 2)


def test_pages_of_documents_leave_none_out(parts: Parts) -> None:
    lease = parts.taken(parts.worker("a"))
    names = [f"{number:04}" for number in range(1001)]
    parts.documents.plan(lease, [PlannedDocument(name, "removed") for name in names], unchanged=0)

    assert list(parts.documents.removed(lease.job_id)) == names


def test_a_hopeless_document_is_held_at_once_and_an_accident_when_it_repeats(parts: Parts) -> None:
    def fail(*, final: bool, revision: str = "r1") -> None:
        lease = parts.taken(parts.worker("a"))
        parts.documents.plan(lease, [planned("x", 0)], unchanged=0)
        parts.documents.record(lease, [planned("x", 0)], [failed("x", final=final, revision=revision)], 0)
        parts.work.end(lease, "unchanged")
        parts.workers.leave("a")

    for _ in range(FAILURES_UNTIL_HELD):
        assert parts.quarantine.of("handbook") == {}
        fail(final=False)
    assert parts.quarantine.of("handbook")["x"].revision == "r1"

    fail(final=False, revision="r2")  # a changed document begins anew
    assert parts.quarantine.of("handbook") == {}

    fail(final=True, revision="r2")
    held = parts.quarantine.of("handbook")["x"]
    assert (held.reason, held.remedy, held.revision) == ("It is empty.", "Fill it.", "r2")

    assert parts.quarantine.lift("handbook", {"other"}) == 0
    assert parts.quarantine.lift("handbook") == 1
    assert parts.quarantine.of("handbook") == {}


def test_a_document_that_is_converted_leaves_quarantine(parts: Parts) -> None:
    lease = parts.taken(parts.worker("a"))
    parts.documents.plan(lease, [planned("x", 0), planned("y", 1)], unchanged=0)
    parts.documents.record(lease, [planned("x", 0)], [failed("x", final=True)], 0)
    parts.work.end(lease, "unchanged")

    again = parts.taken("a")
    parts.documents.plan(again, [planned("x", 0)], unchanged=0)
    parts.documents.record(again, [planned("x", 0)], [converted("x")], 1)

    assert parts.quarantine.of("handbook") == {}


def test_the_last_jobs_of_a_set_are_kept(parts: Parts) -> None:
    parts.worker("a")
    for _ in range(KEPT_JOBS + 2):
        lease = parts.taken("a")
        parts.documents.plan(lease, [PlannedDocument("x", "removed")], unchanged=0)
        parts.work.end(lease, "published")

    found = parts.store.all("handbook", limit=1000)
    assert len(found) == KEPT_JOBS
    assert found[0].id == f"job{KEPT_JOBS + 2}"
    assert list(parts.documents.removed("job1")) == []
