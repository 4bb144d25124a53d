"""Freshness: `2 * 2^(-age / half_life) - 1`, so new is +1, one half-life old is 0, ancient nears -1.

Exponential decay of interest with age: Li and Croft, Time-based language models, CIKM 2003.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ranking.candidate import Candidate, Signal
from ranking.signals.boost import QuestionContext

NAME = "freshness"
SECONDS_A_DAY = 86_400.0


def freshness(modified: datetime | None, now: datetime, half_life_days: float | None) -> Signal:
    """Raw is the age in days. An unknown date, or a set that does not age, is neutral; the future is now."""
    if modified is None:
        return Signal(None, 0.0)
    age = max((now - modified).total_seconds() / SECONDS_A_DAY, 0.0)
    if half_life_days is None:
        return Signal(age, 0.0)
    return Signal(age, 2.0 * 2.0 ** (-age / half_life_days) - 1.0)


class Freshness:
    """The boost: the age at the source, by the half-life of each candidate's set."""

    name = NAME

    def measure(self, candidates: Sequence[Candidate], context: QuestionContext) -> list[Signal]:
        """Last modification, or creation where that is all that is known."""
        return [
            freshness(
                candidate.chunk.modified or candidate.chunk.created,
                context.now,
                context.half_lives.get(candidate.chunk.set),
            )
            for candidate in candidates
        ]
