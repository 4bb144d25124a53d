from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from ranking.cross_encoder.breaker import BreakerPolicy
from ranking.cross_encoder.guarded import GuardedCrossEncoder
from storage.errors import InvalidInput, Permanent, Problem, Transient

GOOD = np.array([1.0, 2.0], dtype=np.float32)


class Scripted:
    """Does what it is told next, the last thing again and again."""

    version = "scripted@1"

    def __init__(self, *steps: NDArray[np.float32] | Exception) -> None:
        self._steps = list(steps)
        self.asked = 0

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        assert (question, texts) == ("q", ["a", "b"])
        self.asked += 1
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, Exception):
            raise step
        return step


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _guarded(scorer: Scripted, clock: Callable[[], float]) -> GuardedCrossEncoder:
    return GuardedCrossEncoder(scorer, BreakerPolicy(failures=2, cooldown_seconds=10.0), clock)


def test_good_scores_go_through() -> None:
    guarded = _guarded(Scripted(GOOD), Clock())
    assert guarded.score("q", ["a", "b"]) is GOOD
    assert (guarded.version, guarded.state, guarded.last_failure) == ("scripted@1", "closed", "")


@pytest.mark.parametrize(
    ("step", "kind", "words"),
    [
        (np.array([1.0, np.nan], dtype=np.float32), Permanent, "score nan"),
        (np.array([-np.inf, 1.0], dtype=np.float32), Permanent, "score -inf"),
        (np.array([1.0], dtype=np.float32), Permanent, r"shape \(1,\) for 2 passages"),
        (np.array([[1.0], [2.0]], dtype=np.float32), Permanent, r"shape \(2, 1\)"),
        (RuntimeError("out of memory"), Permanent, "RuntimeError: out of memory"),
        (Transient("It is busy."), Transient, "It is busy"),
    ],
)
def test_every_failure_has_a_name_and_counts(
    step: NDArray[np.float32] | Exception, kind: type[Problem], words: str
) -> None:
    guarded = _guarded(Scripted(step), Clock())
    for _ in range(2):
        with pytest.raises(kind, match=words):
            guarded.score("q", ["a", "b"])
    assert guarded.state == "open"
    assert guarded.last_failure


def test_while_it_is_open_nobody_asks_the_scorer_and_then_it_recovers() -> None:
    clock, scorer = Clock(), Scripted(Transient("It is busy."), Transient("It is busy."), GOOD)
    guarded = _guarded(scorer, clock)
    for _ in range(2):
        with pytest.raises(Transient, match="busy"):
            guarded.score("q", ["a", "b"])
    clock.now = 9.0
    with pytest.raises(Transient, match=r"another 1 s \(It is busy\.\)"):
        guarded.score("q", ["a", "b"])
    assert scorer.asked == 2
    clock.now = 10.0
    assert guarded.score("q", ["a", "b"]) is GOOD
    assert (guarded.state, guarded.last_failure, scorer.asked) == ("closed", "", 3)


def test_bad_input_is_no_failure() -> None:
    guarded = _guarded(Scripted(InvalidInput("Too long.")), Clock())
    for _ in range(3):
        with pytest.raises(InvalidInput):
            guarded.score("q", ["a", "b"])
    assert guarded.state == "closed"
