"""Freshness: `2 * 2^(-age / half_life) - 1`, so new is +1, one half-life old is 0, ancient nears -1.

Exponential decay of interest with age: Li and Croft, Time-based language models, CIKM 2003. It counts in
full where the question asks for the latest, and `UNASKED` of it where it asks nothing of time. Where the
question names a period, the age is the time between the document and the period, so that inside it is +1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ranking.candidate import Candidate, Signal
from ranking.signals.boost import QuestionContext
from ranking.signals.temporal_intent import TemporalIntent, temporal_intent

NAME = "freshness"
SECONDS_A_DAY = 86_400.0
UNASKED = 0.4
SHORTEST_PERIOD_DAYS = 30.0


def freshness(modified: datetime | None, now: datetime, half_life_days: float | None) -> Signal:
    """Raw is the age in days. An unknown date, or a set that does not age, is neutral; the future is now."""
    if modified is None:
        return Signal(None, 0.0)
    age = max((now - modified).total_seconds() / SECONDS_A_DAY, 0.0)
    if half_life_days is None:
        return Signal(age, 0.0)
    return Signal(age, _halved(age, half_life_days))


def fitting(modified: datetime | None, start: datetime, end: datetime, now: datetime) -> Signal:
    """How well a date fits the period named: halves with every length of it. Raw is the age in days."""
    signal = freshness(modified, now, None)
    if modified is None:
        return signal
    dated = min(modified, now)
    away = max((start - dated).total_seconds(), (dated - end).total_seconds(), 0.0) / SECONDS_A_DAY
    length = (end - start).total_seconds() / SECONDS_A_DAY
    return replace(signal, normalised=_halved(away, max(length, SHORTEST_PERIOD_DAYS)))


def fresh_as_asked(
    modified: datetime | None, intent: TemporalIntent, now: datetime, half_life_days: float | None
) -> Signal:
    """By what the question asks of time. A period counts in sets that do not age, too."""
    if intent.start is not None and intent.end is not None:
        return fitting(modified, intent.start, intent.end, now)
    signal = freshness(modified, now, half_life_days)
    strength = 1.0 if intent.wants == "latest" else UNASKED
    return replace(signal, normalised=strength * (signal.normalised or 0.0))


class Freshness:
    """The boost: the age at the source, by the half-life of its set and what the question asks of time."""

    name = NAME

    def measure(self, candidates: Sequence[Candidate], context: QuestionContext) -> list[Signal]:
        """Last modification, or creation where that is all that is known."""
        intent = temporal_intent(context.question, context.now)
        return [
            fresh_as_asked(
                candidate.chunk.modified or candidate.chunk.created,
                intent,
                context.now,
                context.half_lives.get(candidate.chunk.set),
            )
            for candidate in candidates
        ]


def _halved(days: float, half_life_days: float) -> float:
    return 2.0 * math.pow(2.0, -days / half_life_days) - 1.0
