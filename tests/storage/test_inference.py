from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from threading import Barrier, Event, Lock, Thread, current_thread

import pytest

from storage.errors import Transient
from storage.inference import Cancelled, InferencePool

SECONDS = 10.0  # far more than any of these takes


@pytest.fixture
def pool() -> Iterator[InferencePool]:
    pool = InferencePool(threads=2)
    yield pool
    pool.close()


@pytest.fixture
def single() -> Iterator[InferencePool]:
    pool = InferencePool(threads=1)
    yield pool
    pool.close()


class Gate:
    """An item that holds its worker until it is opened, having said that it began."""

    def __init__(self) -> None:
        self.entered = Event()
        self.opened = Event()

    def __call__(self, _: object) -> None:
        self.entered.set()
        assert self.opened.wait(SECONDS)


def test_results_stand_in_the_order_of_the_items(pool: InferencePool) -> None:
    def slower_first(n: int) -> int:
        time.sleep((20 - n) / 10_000)
        return n * n

    assert pool.map(slower_first, range(20)) == [n * n for n in range(20)]
    assert pool.map(slower_first, []) == []


def test_every_thread_works_at_the_same_time(pool: InferencePool) -> None:
    both = Barrier(2)
    names = pool.map(lambda _: (both.wait(SECONDS), current_thread().name)[1], [1, 2])
    assert set(names) == {"inference-0", "inference-1"}


def test_a_small_request_does_not_wait_behind_a_big_one(single: InferencePool) -> None:
    order: list[str] = []
    gate = Gate()
    held = single.submit(gate, [None])
    assert gate.entered.wait(SECONDS)
    big = single.submit(order.append, ["big"] * 10)
    small = single.submit(order.append, ["small"] * 2)
    gate.opened.set()
    for pending in (held, big, small):
        pending.result(SECONDS)
    assert order == ["big", "small", "big", "small", *["big"] * 8]


def test_an_error_reaches_the_request_that_caused_it_alone(pool: InferencePool) -> None:
    def fail(n: int) -> int:
        raise ValueError(n)

    failing = pool.submit(fail, [7])
    good = pool.submit(abs, [-1, -2])
    with pytest.raises(ValueError, match="7"):
        failing.result(SECONDS)
    assert good.result(SECONDS) == [1, 2]


def test_after_an_error_the_rest_of_the_request_is_left(single: InferencePool) -> None:
    seen: list[int] = []

    def fail(n: int) -> None:
        seen.append(n)
        raise ValueError(n)

    with pytest.raises(ValueError, match="0"):
        single.map(fail, range(100))
    assert single.map(abs, [-3]) == [3]
    assert seen == [0]


def test_what_is_cancelled_stops(single: InferencePool) -> None:
    seen: list[int] = []
    gate = Gate()
    single.submit(gate, [None])
    assert gate.entered.wait(SECONDS)
    pending = single.submit(seen.append, range(100))
    pending.cancel()
    gate.opened.set()
    with pytest.raises(Cancelled, match="cancelled"):
        pending.result(SECONDS)
    assert single.map(abs, [-3]) == [3]
    assert seen == []


def test_who_stops_waiting_has_cancelled(single: InferencePool) -> None:
    seen: list[int] = []
    gate = Gate()
    single.submit(gate, [None])
    pending = single.submit(seen.append, range(100))
    with pytest.raises(Transient, match=r"longer than 0\.01 s"):
        pending.result(timeout=0.01)
    gate.opened.set()
    assert single.map(abs, [-3]) == [3]
    assert seen == []


def test_a_late_cancel_changes_nothing(pool: InferencePool) -> None:
    pending = pool.submit(abs, [-1])
    assert pending.result(SECONDS) == [1]
    pending.cancel()
    assert pending.result(SECONDS) == [1]


def test_closing_ends_what_is_in_work_and_refuses_the_rest() -> None:
    pool = InferencePool(threads=1)
    gate = Gate()
    in_work = pool.submit(gate, [None])
    waiting = pool.submit(abs, [-1])
    assert gate.entered.wait(SECONDS)
    closing = Thread(target=pool.close)
    closing.start()
    with pytest.raises(Cancelled):
        waiting.result(SECONDS)
    assert closing.is_alive()
    gate.opened.set()
    closing.join(SECONDS)
    assert in_work.result(SECONDS) == [None]
    with pytest.raises(Cancelled):
        pool.map(abs, [-1])
    pool.close()


def test_many_requests_at_once_each_get_their_own(pool: InferencePool) -> None:
    wrong: list[int] = []
    lock = Lock()

    def ask(base: int) -> None:
        for _ in range(20):
            if pool.map(lambda n: n + base, range(10)) != [n + base for n in range(10)]:
                with lock:
                    wrong.append(base)

    callers = [Thread(target=ask, args=[base]) for base in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(SECONDS)
    assert wrong == []


def test_an_interpreter_ends_with_a_pool_left_open() -> None:
    script = (
        "import hashlib; from storage.inference import InferencePool;"
        "InferencePool(2).submit(lambda n: hashlib.sha256(bytes(10_000_000)).digest(), range(50))"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
