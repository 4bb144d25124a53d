"""Workers that are killed, stopped, doubled and upgraded leave the state of an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag_app.bootstrap.worker import LOST_LEASE
from storage.errors import Transient
from storage.principal import ANONYMOUS
from tests.rag_app.jobs.installation import SECONDS, Installation, freeze, kill, kill_at_random, leave

USER = ANONYMOUS
KILLS = int(os.environ.get("RAG_APP_TEST_KILLS", "10"))


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "crashed")
    yield made
    made.close()


@pytest.fixture
def undisturbed(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "undisturbed")
    yield made
    made.close()


def assert_as_undisturbed(installation: Installation, undisturbed: Installation) -> None:
    """The same documents, ingested in one go, give the same live state."""
    undisturbed.folder.mkdir(parents=True)
    for file in installation.folder.iterdir():
        (undisturbed.folder / file.name).write_bytes(file.read_bytes())
    job = undisturbed.submit()
    undisturbed.start_worker()
    assert undisturbed.finished(job).outcome == "published"
    assert installation.live() == undisturbed.live()


def test_killed_at_random_points_jobs_end_like_an_undisturbed_run(
    installation: Installation, undisturbed: Installation
) -> None:
    ended = kill_at_random(installation, KILLS, random.Random(20260101))

    assert {(job.state, job.outcome) for job in ended} == {("succeeded", "published")}
    assert sum(job.takes for job in ended) > len(ended)
    assert_as_undisturbed(installation, undisturbed)


def test_finished_batches_are_not_done_again(installation: Installation) -> None:
    installation.fill(64)
    job = installation.submit()
    worker = installation.start_worker()
    before = installation.wait(job, lambda status: status.documents > 0)
    kill(worker)
    installation.start_worker()

    after = installation.finished(job)

    assert (after.documents, after.outcomes, after.takes) == (64, {"added": 64}, 2)
    assert before.documents % 16 == 0
    assert after.generation == 1


def test_a_live_second_worker_takes_nothing_from_the_first(installation: Installation) -> None:
    installation.fill(64)
    first = installation.start_worker()
    job = installation.submit()
    taken = installation.wait(job, lambda status: status.state == "running")
    installation.start_worker()

    ended = installation.finished(job)

    assert (ended.worker, ended.takes, ended.state) == (taken.worker, 1, "succeeded")
    assert first.is_alive()


def test_a_worker_that_never_returns_is_succeeded_and_does_no_harm_when_it_does(
    installation: Installation, undisturbed: Installation
) -> None:
    installation.lease_seconds = 4.0
    installation.fill(64)
    zombie = installation.start_worker()
    job = installation.submit()
    installation.wait(job, lambda status: status.documents > 0)
    freeze(zombie, installation)
    assert zombie.pid is not None
    installation.start_worker()

    ended = installation.finished(job)
    os.kill(zombie.pid, signal.SIGCONT)
    zombie.join(SECONDS)

    assert ended.state == "succeeded"
    assert ended.takes > 1
    assert zombie.exitcode == LOST_LEASE
    assert_as_undisturbed(installation, undisturbed)


def test_an_upgrade_half_way_goes_on_with_what_is_done(installation: Installation) -> None:
    installation.fill(64)
    job = installation.submit()
    old = installation.start_worker(steps="0")
    installation.wait(job, lambda status: status.documents > 0)
    kill(old)
    installation.start_worker(steps="1")

    ended = installation.finished(job)

    assert (ended.state, ended.documents, ended.takes) == ("succeeded", 64, 2)


def test_a_worker_that_is_asked_to_leave_hands_its_job_on(installation: Installation) -> None:
    installation.fill(64)
    job = installation.submit()
    first = installation.start_worker()
    installation.wait(job, lambda status: status.documents > 0)

    assert leave(first) == 0
    assert installation.show(job).state == "queued"
    installation.start_worker()

    assert installation.finished(job).outcomes == {"added": 64}


def test_a_cancelled_job_stops_leaves_the_live_generation_and_can_be_resumed(
    installation: Installation,
) -> None:
    installation.fill(8)
    installation.start_worker()
    assert installation.finished(installation.submit()).outcome == "published"
    before = installation.live()
    installation.fill(640, "at seven")
    job = installation.submit()
    installation.wait(job, lambda status: status.documents > 0)

    with installation.desk() as desk, pytest.raises(Transient, match=f"ingested by job {job}"):
        desk.jobs.start("office", USER, folder=installation.folder)
    with installation.desk() as desk:
        desk.jobs.cancel(job, USER)
    cancelled = installation.finished(job)

    assert cancelled.state == "cancelled"
    assert installation.live() == before
    with installation.desk() as desk:
        desk.jobs.resume(job, USER)
    assert installation.finished(job).outcome == "published"
    records, _ = installation.live()
    assert len(records) == 640
