from __future__ import annotations

from ranking.cross_encoder.breaker import Breaker, BreakerPolicy

POLICY = BreakerPolicy(failures=3, cooldown_seconds=10.0)


def _open(now: float) -> Breaker:
    breaker = Breaker(POLICY)
    for _ in range(3):
        breaker = breaker.entered(now).after_failure(now)
    return breaker


def test_it_opens_at_the_third_failure_in_a_row() -> None:
    breaker = Breaker(POLICY)
    states = []
    for now in (1.0, 2.0, 3.0):
        breaker = breaker.entered(now).after_failure(now)
        states.append(breaker.state(now))
    assert states == ["closed", "closed", "open"]


def test_a_success_between_begins_the_count_anew() -> None:
    breaker = Breaker(POLICY).after_failure(1.0).after_failure(2.0).succeeded()
    assert breaker.after_failure(3.0).after_failure(4.0).state(4.0) == "closed"


def test_it_lets_one_trial_through_after_its_cooldown() -> None:
    breaker = _open(100.0)
    assert [breaker.waits(now) for now in (100.0, 104.0, 109.5, 110.0)] == [10.0, 6.0, 0.5, 0.0]
    assert [breaker.state(now) for now in (109.9, 110.0)] == ["open", "half-open"]
    trial = breaker.entered(110.0)
    assert trial.waits(110.0) == 10.0
    assert trial.state(111.0) == "open"


def test_a_trial_that_succeeds_closes_it() -> None:
    closed = _open(100.0).entered(110.0).succeeded()
    assert closed == Breaker(POLICY)


def test_a_trial_that_fails_opens_it_for_another_cooldown() -> None:
    again = _open(100.0).entered(110.0).after_failure(112.0)
    assert (again.waits(112.0), again.state(121.9), again.state(122.0)) == (10.0, "open", "half-open")


def test_a_trial_that_never_reports_leaves_room_for_another() -> None:
    lost = _open(100.0).entered(110.0)
    assert lost.state(120.0) == "half-open"


def test_a_clock_set_back_does_not_keep_it_open() -> None:
    assert _open(100.0).waits(5.0) == 0.0


def test_a_closed_one_waits_for_nobody() -> None:
    breaker = Breaker(POLICY)
    assert (breaker.waits(1e9), breaker.state(1e9), breaker.entered(1e9)) == (0.0, "closed", breaker)
