from __future__ import annotations

import pytest

from rag_app.jobs.lease_guard import Abandoned, CancelledByUser, LeaseGuard


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_process_that_missed_its_beats_must_not_go_on() -> None:
    clock = _Clock()
    guard = LeaseGuard(10.0, clock)
    clock.now = 105.9  # 60 % of the lease are safe
    guard.check()
    clock.now = 106.0
    with pytest.raises(Abandoned):
        guard.check()
    guard.beaten(105.0)
    guard.check()


def test_a_cancelled_job_stops_and_no_other() -> None:
    guard = LeaseGuard(10.0, _Clock())
    guard.cancel({"a"}, begun=100.0)
    guard.check("b")
    with pytest.raises(CancelledByUser):
        guard.check("a")


def test_a_job_that_is_resumed_at_once_is_not_stopped_by_what_was_read_before() -> None:
    clock = _Clock()
    guard = LeaseGuard(10.0, clock)
    guard.cancel({"a"}, begun=100.0)
    clock.now = 101.0
    guard.taken("a")
    guard.check("a")
    guard.cancel({"a"}, begun=100.5)  # read before it was taken
    guard.check("a")
    guard.cancel({"a"}, begun=101.5)  # cancelled once more
    with pytest.raises(CancelledByUser):
        guard.check("a")
