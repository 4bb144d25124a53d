"""Jobs by the clock, over both databases: once for each due time, whoever sees it first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rag_app.jobs.scheduling import Scheduler
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.errors import InvalidInput, Problem, Transient
from storage.schedules import Schedules

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


class _Clock:
    def __init__(self) -> None:
        self.moment = MIDNIGHT

    def __call__(self) -> datetime:
        return self.moment

    def set(self, hour: int, minute: int = 0, day: int = 1) -> None:
        self.moment = MIDNIGHT + timedelta(days=day - 1, hours=hour, minutes=minute)


class _Starts:
    """Keeps what was started by its key, as the queue of jobs does."""

    def __init__(self) -> None:
        self.jobs: dict[str, str] = {}
        self.problem: Problem | None = None

    def __call__(self, set_name: str, key: str) -> None:
        if self.problem is not None:
            raise self.problem
        self.jobs.setdefault(key, set_name)


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def starts() -> _Starts:
    return _Starts()


@pytest.fixture
def sets(database: Database, clock: _Clock) -> DocumentSets:
    return DocumentSets(database, clock)


@pytest.fixture
def scheduler(database: Database, clock: _Clock, starts: _Starts) -> Scheduler:
    return Scheduler(Schedules(database, clock), starts, clock)


def test_each_due_time_starts_one_job(
    sets: DocumentSets, scheduler: Scheduler, clock: _Clock, starts: _Starts
) -> None:
    sets.create("hourly", schedule="0 * * * *")
    sets.create("never")

    for hour, minute in ((0, 59), (1, 0), (1, 0), (1, 30), (2, 1)):
        clock.set(hour, minute)
        scheduler.run_due()
    assert list(starts.jobs.values()) == ["hourly"] * 2
    assert not scheduler.is_due()


def test_what_was_missed_is_made_up_once(
    sets: DocumentSets, scheduler: Scheduler, clock: _Clock, starts: _Starts
) -> None:
    sets.create("hourly", schedule="0 * * * *")
    clock.set(12, day=9)

    assert scheduler.is_due()
    assert (scheduler.run_due(), scheduler.run_due()) == (["hourly"], [])
    assert len(starts.jobs) == 1


def test_two_workers_that_see_it_at_once_start_one_job(
    database: Database, sets: DocumentSets, clock: _Clock, starts: _Starts
) -> None:
    sets.create("hourly", schedule="0 * * * *")
    clock.set(1)
    schedules = Schedules(database, clock)
    other = Scheduler(Schedules(database, clock), starts, clock)

    def first_other(set_name: str, key: str) -> None:
        other.run_due()
        starts(set_name, key)

    Scheduler(schedules, first_other, clock).run_due()

    assert list(starts.jobs.values()) == ["hourly"]
    assert schedules.all()[0].since == clock.moment


def test_times_before_a_schedule_was_set_do_not_count(
    sets: DocumentSets, scheduler: Scheduler, clock: _Clock, starts: _Starts
) -> None:
    sets.create("a", schedule="0 1 * * *")
    clock.set(5)
    sets.change("a", schedule="0 2 * * *")
    sets.change("a", description="the schedule is as it was")
    assert not scheduler.run_due()
    clock.set(6, day=2)
    sets.change("a", schedule="0 2 * * *")
    assert scheduler.run_due() == ["a"]
    sets.change("a", schedule=None)
    clock.set(6, day=3)
    assert not scheduler.is_due()


def test_a_set_that_is_busy_is_due_until_it_is_free(
    sets: DocumentSets, scheduler: Scheduler, clock: _Clock, starts: _Starts
) -> None:
    sets.create("a", schedule="0 1 * * *")
    clock.set(1, 5)
    starts.problem = Transient("It is being ingested.")
    assert (scheduler.run_due(), scheduler.is_due()) == ([], True)
    starts.problem = None
    clock.set(1, 20)
    assert scheduler.run_due() == ["a"]


def test_what_cannot_be_started_waits_for_its_next_time(
    sets: DocumentSets, scheduler: Scheduler, clock: _Clock, starts: _Starts
) -> None:
    sets.create("a", schedule="0 1 * * *")
    clock.set(2)
    starts.problem = InvalidInput("It has no source.")
    assert (scheduler.run_due(), scheduler.is_due()) == ([], False)
    starts.problem = None
    clock.set(2, day=2)
    assert scheduler.run_due() == ["a"]


def test_a_clock_that_was_set_back_locks_no_schedule(
    sets: DocumentSets, scheduler: Scheduler, clock: _Clock, starts: _Starts
) -> None:
    clock.set(0, day=300)
    sets.create("a", schedule="0 1 * * *")
    clock.set(0, 30)
    assert scheduler.run_due() == []
    clock.set(1)
    assert scheduler.run_due() == ["a"]


def test_the_schedule_of_a_deleted_set_goes_with_it(
    database: Database, sets: DocumentSets, clock: _Clock
) -> None:
    sets.create("a", schedule="0 1 * * *")
    sets.delete("a")
    assert Schedules(database, clock).all() == []
