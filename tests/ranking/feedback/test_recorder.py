from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from ranking.feedback.recorder import WAITING, Recorder
from storage.errors import Transient
from storage.feedback.records import Shown

NOW = datetime(2026, 6, 1, tzinfo=UTC)
YEAR, VOTES_KEPT = timedelta(days=365), timedelta(days=900)


def _shown(id_: str) -> Shown:
    return Shown(id_, "search", "?", "ann", NOW, {}, {}, [])


class _Store:
    """Fails as long as it is told to; holds its writer as long as `open` is not set."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.forgotten: list[tuple[datetime, datetime]] = []
        self.problem: Exception | None = None
        self.open = threading.Event()
        self.open.set()

    def record(self, records: Sequence[Shown]) -> None:
        self.open.wait()
        if self.problem:
            raise self.problem
        self.written += [record.id for record in records]

    def forget(self, shown_before: datetime, voted_before: datetime) -> int:
        self.forgotten.append((shown_before, voted_before))
        return 0


@pytest.fixture
def store() -> _Store:
    return _Store()


def _recorder(store: _Store, moments: list[datetime] | None = None) -> Recorder:
    clock = iter(moments or [])
    return Recorder(store, lambda: next(clock, NOW), YEAR, VOTES_KEPT)


def test_what_was_shown_is_written_in_order_and_before_closing(store: _Store) -> None:
    recorder = _recorder(store)
    for number in range(120):
        recorder.record(_shown(str(number)))
    recorder.close()

    assert store.written == [str(number) for number in range(120)]


def test_an_answer_does_not_wait_for_a_store_that_hangs(
    store: _Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.open.clear()
    recorder = _recorder(store)
    with caplog.at_level(logging.ERROR):
        for number in range(2 * WAITING):
            recorder.record(_shown(str(number)))
    assert not recorder.settle(0.0)
    assert "is not recorded" in caplog.text

    store.open.set()
    assert recorder.settle(60)
    assert store.written[:2] == ["0", "1"]
    assert len(store.written) >= WAITING
    recorder.close()


@pytest.mark.parametrize("problem", [Transient("The disk is full.", "Free some."), ValueError("odd")])
def test_a_store_that_fails_is_told_to_the_log_and_tried_again_with_the_next(
    store: _Store, problem: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = _recorder(store)
    store.problem = problem
    with caplog.at_level(logging.ERROR):
        recorder.record(_shown("lost"))
        assert recorder.settle(60)
    assert "not recorded" in caplog.text
    store.problem = None
    recorder.record(_shown("kept"))
    recorder.close()

    assert store.written == ["kept"]


def test_old_records_are_forgotten_once_an_hour_even_if_the_clock_is_set_back(store: _Store) -> None:
    later, back = NOW + timedelta(minutes=59), NOW - timedelta(days=30)
    recorder = _recorder(store, [NOW, NOW, later, back, back])
    for id_ in ("first", "within the hour", "set back"):
        recorder.record(_shown(id_))
        assert recorder.settle(60)
    recorder.close()

    assert store.forgotten == [(NOW - YEAR, NOW - VOTES_KEPT), (back - YEAR, back - VOTES_KEPT)]


def test_closing_what_recorded_nothing_returns_at_once(store: _Store) -> None:
    _recorder(store).close()
    assert store.written == []
