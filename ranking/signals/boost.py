"""What a boost is: a signal beside relevance, measured for all candidates of one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ranking.candidate import Candidate, Signal
from storage.scope import Scope


@dataclass(frozen=True, slots=True)
class QuestionContext:
    """The question as boosts see it; `dense` is its embedding (dimension,).

    `half_lives` maps document set to days; a set it does not name does not age.
    """

    question: str
    dense: NDArray[np.float32]
    scope: Scope
    now: datetime
    half_lives: Mapping[str, float | None]


class Boost(Protocol):
    """One signal for every candidate, in their order; normalised to -1..1, and 0 where nothing is known."""

    @property
    def name(self) -> str: ...

    def measure(self, candidates: Sequence[Candidate], context: QuestionContext) -> Sequence[Signal]: ...
