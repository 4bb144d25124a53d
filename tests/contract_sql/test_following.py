"""Lists of jobs by page, and finished batches as they are followed, over both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from storage.database import Database
from storage.document_sets import DocumentSets
from storage.jobs.documents import PlannedDocument
from storage.jobs.following import MOST_ROWS, PLANNED, Finished
from storage.jobs.job import Request
from tests.contract_sql.jobs import Parts, converted, parts_of

Now = Callable[[], datetime]


@pytest.fixture
def parts(database: Database, now: Now) -> Parts:
    return parts_of(database, now)


def test_jobs_of_one_moment_are_listed_page_by_page_the_newest_first(database: Database) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    store = parts_of(database, lambda: moment).store
    for number in range(5):
        store.submit(Request(f"set {number % 2}"), "ada", idempotency_key=f"k{number}")
        store.cancel(store.unfinished()[0].id)
    whole = [job.id for job in store.page(None, None, None, 10)]

    first = store.page(None, None, None, 2)
    rest = store.page(None, None, (first[-1].created, first[-1].id), 10)

    assert whole == sorted(whole, reverse=True)
    assert [job.id for job in (*first, *rest)] == whole
    assert {job.set_name for job in store.page("set 1", None, None, 10)} == {"set 1"}
    assert store.page(None, "queued", None, 10) == []
    assert len(store.page(None, "cancelled", None, 10)) == 5


def test_a_batch_is_seen_when_it_is_finished_and_read_by_part(
    parts: Parts, database: Database, now: Now
) -> None:
    DocumentSets(database, now).create("handbook")
    lease = parts.taken(parts.worker("w"))
    batches = [[PlannedDocument(f"{b}{n}", "added", False, b) for n in "ab"] for b in range(3)]
    gone = [PlannedDocument(f"gone{number:04}", "removed") for number in range(MOST_ROWS + 1)]
    parts.documents.plan(lease, [*batches[0], *batches[1], *batches[2], *gone], 0)
    finished = Finished(database)

    assert finished.batches(lease.job_id, 0) == []
    parts.documents.record(lease, batches[1], [converted(d.document_id) for d in batches[1]], 4)

    assert finished.batches(lease.job_id, 0) == [1]
    assert finished.batches(lease.job_id, 2) == []
    assert [d.document_id for d in finished.outcomes(lease.job_id, 1, 0)] == ["1a", "1b"]
    assert [d.document_id for d in finished.outcomes(lease.job_id, 1, 1)] == ["1b"]
    assert len(finished.outcomes(lease.job_id, PLANNED, 0)) == MOST_ROWS
    assert [d.document_id for d in finished.outcomes(lease.job_id, PLANNED, MOST_ROWS)] == [
        f"gone{MOST_ROWS:04}"
    ]
