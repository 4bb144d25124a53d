"""The queue of jobs, and who may work on which."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from storage.database import Database
from storage.errors import InvalidInput, NotFound, Permanent, Transient
from storage.jobs.job import Request
from storage.jobs.store import MOST_FRUITLESS_TAKES
from storage.jobs.work import Overtaken
from tests.contract_sql.jobs import HANDBOOK, Parts, converted, parts_of, planned

Now = Callable[[], datetime]


@pytest.fixture
def parts(database: Database, now: Now) -> Parts:
    return parts_of(database, now)


def test_a_set_has_one_job_at_a_time_and_the_second_is_told_of_the_first(parts: Parts) -> None:
    first = parts.store.submit(HANDBOOK, "ada")

    with pytest.raises(Transient, match=f"'handbook' is being ingested by job {first.id}"):
        parts.store.submit(HANDBOOK, "bob")
    assert parts.store.submit(Request("news"), "bob").state == "queued"
    assert [job.id for job in parts.store.queued()] == [first.id, "job3"]

    parts.store.cancel(first.id)
    assert parts.store.submit(HANDBOOK, "bob").state == "queued"


def test_of_many_that_start_at_once_one_starts(parts: Parts) -> None:
    def start(_: int) -> str | None:
        try:
            return parts.store.submit(HANDBOOK, "ada").id
        except Transient:
            return None

    with ThreadPoolExecutor(8) as pool:
        started = [job for job in pool.map(start, range(8)) if job]

    assert len(started) == 1


def test_a_key_starts_one_job_and_stands_for_one_request(parts: Parts) -> None:
    first = parts.store.submit(HANDBOOK, "ada", idempotency_key="k")
    parts.store.cancel(first.id)

    assert parts.store.submit(HANDBOOK, "ada", idempotency_key="k").id == first.id
    with pytest.raises(InvalidInput, match="another job"):
        parts.store.submit(Request("news"), "ada", idempotency_key="k")


def test_a_job_is_taken_once_and_by_the_living_alone(parts: Parts) -> None:
    job = parts.store.submit(HANDBOOK, "ada")

    assert parts.store.take(job.id, "nobody knows me") is None
    lease = parts.store.take(job.id, parts.worker("a"))
    assert lease is not None
    assert (lease.worker, lease.fence) == ("a", 1)
    assert parts.store.take(job.id, parts.worker("b")) is None
    assert parts.store.find(job.id).state == "running"


def test_what_a_dead_worker_had_goes_on_and_what_it_writes_later_is_refused(parts: Parts) -> None:
    zombie = parts.taken(parts.worker("a"))
    parts.documents.plan(zombie, [planned("x", 0), planned("y", 1)], unchanged=0)
    parts.documents.record(zombie, [planned("x", 0)], [converted("x")], 1)
    (record,) = parts.workers.all()

    assert parts.workers.bury("a", record.beats) == [zombie.job_id]
    heir = parts.store.take(zombie.job_id, parts.worker("b"))

    assert heir is not None
    writes: list[Callable[[], None]] = [
        lambda: parts.documents.record(zombie, [planned("y", 1)], [converted("y")], 1),
        lambda: parts.documents.plan(zombie, [], unchanged=0),
        lambda: parts.work.begun(zombie, 2, 1),
        lambda: parts.work.end(zombie, "published"),
        lambda: parts.work.fail(zombie, Permanent("x")),
        lambda: parts.work.release(zombie),
    ]
    for write in writes:
        with pytest.raises(Overtaken):
            write()
    job = parts.store.find(heir.job_id)
    assert (job.state, job.worker, job.documents, job.fence) == ("running", "b", 1, 2)
    assert [entry.document_id for entry in parts.documents.batch(heir.job_id, 0)] == []
    assert [entry.document_id for entry in parts.documents.batch(heir.job_id, 1)] == ["y"]


def test_one_that_has_beaten_meanwhile_is_not_buried(parts: Parts) -> None:
    lease = parts.taken(parts.worker("a"))
    (seen,) = parts.workers.all()

    assert parts.workers.beat("a")

    assert parts.workers.bury("a", seen.beats) == []
    assert parts.store.find(lease.job_id).state == "running"
    (now,) = parts.workers.all()
    assert parts.workers.bury("a", now.beats) == [lease.job_id]
    assert not parts.workers.beat("a")


def test_what_is_taken_by_nobody_that_is_known_is_freed(parts: Parts) -> None:
    orphan = parts.store.submit(HANDBOOK, "ada", worker="gone")
    kept = parts.taken(parts.worker("a"), Request("news"))

    assert parts.workers.free_orphans() == [orphan.id]
    assert [job.id for job in parts.store.running_at("a")] == [kept.job_id]


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked(parts: Parts) -> None:
    waiting = parts.store.submit(HANDBOOK, "ada")
    lease = parts.taken(parts.worker("a"), Request("news"))

    assert parts.store.cancel(waiting.id).state == "cancelled"
    asked = parts.store.cancel(lease.job_id)
    assert (asked.state, asked.cancelling) == ("running", True)
    parts.work.cancelled(lease)
    assert parts.store.cancel(lease.job_id).state == "cancelled"
    assert parts.store.unfinished() == []


def test_a_failed_job_is_resumed_with_what_it_had_done(parts: Parts) -> None:
    lease = parts.taken(parts.worker("a"))
    parts.documents.plan(lease, [planned("x", 0), planned("y", 1)], unchanged=3)
    parts.documents.record(lease, [planned("x", 0)], [converted("x")], 1)
    parts.work.begun(lease, 7, 6)
    parts.work.fail(lease, Transient("The store is away.", "Start it."))
    ended = parts.store.find(lease.job_id)
    assert (ended.state, ended.problem, ended.reason, ended.remedy) == (
        "failed",
        "Transient",
        "The store is away.",
        "Start it.",
    )

    again = parts.store.resume(lease.job_id)

    assert (again.state, again.attempt, again.generation, again.documents) == ("queued", 2, 7, 1)
    assert (again.problem, again.reason) == (None, "")
    with pytest.raises(InvalidInput, match="only failed or cancelled"):
        parts.store.resume(lease.job_id)


def test_a_set_that_has_another_job_by_now_resumes_none(parts: Parts) -> None:
    lease = parts.taken(parts.worker("a"))
    parts.work.fail(lease, Permanent("x"))
    parts.store.submit(HANDBOOK, "ada")

    with pytest.raises(Transient, match="is being ingested by job job2"):
        parts.store.resume(lease.job_id)


def test_a_job_that_ends_its_workers_again_and_again_is_given_up(parts: Parts) -> None:
    job = parts.store.submit(HANDBOOK, "ada")
    for number in range(MOST_FRUITLESS_TAKES):
        assert parts.store.take(job.id, parts.worker(f"w{number}")) is not None
        parts.workers.leave(f"w{number}")

    assert parts.store.take(job.id, parts.worker("last")) is None
    ended = parts.store.find(job.id)
    assert (ended.state, ended.problem) == ("failed", "Transient")
    assert f"ended {MOST_FRUITLESS_TAKES} times" in ended.reason


def test_what_nobody_can_take_fails_with_the_reason(parts: Parts) -> None:
    waiting = parts.store.submit(HANDBOOK, "ada")
    lease = parts.taken(parts.worker("a"), Request("news"))

    parts.store.fail_queued(NotFound("There is no such model.", "Name another."))

    assert parts.store.find(waiting.id).problem == "NotFound"
    assert parts.store.find(lease.job_id).state == "running"


def test_an_unknown_job_is_named(parts: Parts) -> None:
    with pytest.raises(NotFound, match="'nosuch'"):
        parts.store.find("nosuch")
    with pytest.raises(NotFound, match="'nosuch'"):
        parts.store.cancel("nosuch")
