"""A scorer behind a circuit breaker: its failures have a name, and it is left alone while they last."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ranking.cross_encoder.breaker import Breaker, BreakerPolicy, State
from storage.errors import InvalidInput, Permanent, Problem, Transient

if TYPE_CHECKING:
    from ranking.reranking import CrossEncoder  # at run time it would bring Haystack along

logger = logging.getLogger(__name__)


class GuardedCrossEncoder:
    """As the scorer that it guards, but what is not one finite number a text is a failure, too.

    Every failure is a Transient or Permanent, and counts; while the breaker is open, `score` raises
    Transient at once. A scorer keeps its own time limit, and tells by Transient that it is over.
    """

    def __init__(
        self,
        scorer: CrossEncoder,
        policy: BreakerPolicy | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._scorer = scorer
        self._breaker = Breaker(policy or BreakerPolicy())
        self._last_failure = ""
        self._clock = clock
        self._lock = Lock()

    @property
    def version(self) -> str:
        return self._scorer.version

    @property
    def state(self) -> State:
        return self._breaker.state(self._clock())

    @property
    def last_failure(self) -> str:
        """What went wrong most recently; empty since the last success."""
        return self._last_failure

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Raw logits (n,), all finite."""
        self._enter()
        try:
            scores = _sound(self._scorer.score(question, texts), len(texts))
        except InvalidInput:
            raise
        except Problem as problem:
            self._failed(problem)
            raise
        except Exception as error:
            failure = Permanent(
                f"The cross-encoder {self.version} failed ({type(error).__name__}: {error}).",
                "The log says more; `rag-app models verify` checks its files.",
            )
            self._failed(failure)
            raise failure from error
        self._succeeded()
        return scores

    def _enter(self) -> None:
        with self._lock:
            now = self._clock()
            if waits := self._breaker.waits(now):
                raise Transient(
                    f"The cross-encoder is not asked for another {waits:.0f} s ({self._last_failure})",
                    "It is tried again by itself.",
                )
            self._breaker = self._breaker.entered(now)

    def _succeeded(self) -> None:
        with self._lock:
            if self._last_failure:
                logger.warning("The cross-encoder %s works again.", self.version)
            self._breaker, self._last_failure = self._breaker.succeeded(), ""

    def _failed(self, problem: Problem) -> None:
        with self._lock:
            self._breaker, self._last_failure = self._breaker.after_failure(self._clock()), problem.what
        logger.warning("Not re-ranked: %s", problem)


def _sound(scores: NDArray[np.float32], expected: int) -> NDArray[np.float32]:
    if scores.shape != (expected,):
        raise Permanent(f"The cross-encoder gave scores of shape {scores.shape} for {expected} passages.")
    if not np.isfinite(scores).all():
        bad = scores[~np.isfinite(scores)][0]
        raise Permanent(f"The cross-encoder gave a passage the score {bad}, which is no finite number.")
    return scores
