from __future__ import annotations

from ingestion.sources.web.pace import Pace
from tests.ingestion.sources.web.conftest import Clock


def test_requests_keep_their_distance_and_slow_answers_count_towards_it() -> None:
    clock = Clock()
    pace = Pace(2.0, 100.0, clock, clock.sleep)
    pace.wait()
    clock.seconds += 0.5  # the first answer took so long
    pace.wait()
    clock.seconds += 5.0
    pace.wait()
    assert clock.slept == [1.5]


def test_it_is_over_when_the_next_request_would_come_too_late() -> None:
    clock = Clock()
    pace = Pace(40.0, 60.0, clock, clock.sleep)
    pace.wait()
    pace.wait()
    assert clock.seconds == 40.0
    assert pace.is_over


def test_a_server_may_ask_for_more() -> None:
    clock = Clock()
    pace = Pace(1.0, 100.0, clock, clock.sleep)
    pace.wait()
    pace.wait(30.0)
    assert clock.slept == [30.0]
