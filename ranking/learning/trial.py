"""Does what was learned rank unseen questions better? Cross-validation, with a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ranking.evaluation.significance import Interval, paired_bootstrap
from ranking.learning.fitting import fit
from ranking.learning.judged import Floats, Judged
from ranking.learning.scoring import LEVELS, OVERALL, measured
from ranking.ranker import Ranker

FOLDS = 5
MINIMUM_QUESTIONS = 30
TOLERATED = 0.01  # NDCG@5 that the lower end of the interval may lie below zero


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Mean NDCG@5 on questions held out, before and after, and the 95 % interval of the difference."""

    questions: int
    before: float
    after: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Trial:
    """`learned` is fitted on all questions; `levels` tell how such a fit does on questions it has not seen.

    Their last, `overall`, is the mean of the others question by question: what is optimised.
    """

    learned: Ranker
    levels: Mapping[str, HeldOut]
    questions: int
    accepted: bool
    reason: str


def try_out(judged: Judged, current: Ranker, start: Ranker, random: np.random.Generator) -> Trial:
    """Against `current`, the ranker in use; fitted from `start`, the shipped one."""
    answered = int(judged.answerable.sum())
    if answered < MINIMUM_QUESTIONS:
        reason = f"{answered} judged questions are too few: {MINIMUM_QUESTIONS} at least."
        return Trial(current, {}, answered, False, reason)
    learned = fit(judged, start, "learned")
    levels = held_out(judged, current, start, random)
    return Trial(learned, levels, answered, *_verdict(levels))


def held_out(
    judged: Judged, current: Ranker, start: Ranker, random: np.random.Generator
) -> Mapping[str, HeldOut]:
    """By level; every question is ranked by a ranker fitted on the other folds."""
    fold = random.permutation(len(judged)) % FOLDS
    after = {level: np.full(len(judged), np.nan) for level in (*LEVELS, OVERALL)}
    for number in range(FOLDS):
        rows = np.flatnonzero(fold == number)
        fitted = fit(judged.take(np.flatnonzero(fold != number)), start, "trial")
        for level, values in measured(judged.take(rows), fitted).items():
            after[level][rows] = values
    before = measured(judged, current)
    return {
        level: _compared(values, after[level], random)
        for level, values in before.items()
        if np.isfinite(values).any()
    }


def _compared(before: Floats, after: Floats, random: np.random.Generator) -> HeldOut:
    judging = np.isfinite(before)
    was, became = before[judging], after[judging]
    [interval] = paired_bootstrap((became - was)[:, None], random)
    return HeldOut(int(judging.sum()), float(was.mean()), float(became.mean()), interval)


def _verdict(levels: Mapping[str, HeldOut]) -> tuple[bool, str]:
    """Accepted where NDCG@5 does not fall overall, and on no level by more than is tolerated."""
    overall = levels[OVERALL].interval
    if overall.difference < 0:
        return False, f"On questions held out, NDCG@5 falls by {-overall.difference:.3f}."
    for level, found in levels.items():
        if found.interval.low < -TOLERATED:
            return False, (
                f"A fall of more than {TOLERATED} is not ruled out ({level}: the interval begins at "
                f"{found.interval.low:+.3f}). More judged questions would narrow it."
            )
    return True, "On questions held out, NDCG@5 does not fall."
