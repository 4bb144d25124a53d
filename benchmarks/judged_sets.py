"""Judged questions to fit and measure on: the gold set of what is ingested, and folders of data sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.ranked_questions import sample
from rag_app.application import ANONYMOUS
from rag_app.evaluation import Opened, opened_data, opened_gold
from ranking.learning.judged import Judged

SAMPLE = 300  # questions of a set that is measured only
SEED = 20_260_101


def judged_sets(gold: Path | None, data: Sequence[Path], questions: int = 0) -> Mapping[str, Judged]:
    """By name, each with all its candidates re-ranked."""
    found: dict[str, Judged] = {}
    for opened in opened_sets(gold, data, questions):
        found[opened.evaluation.name] = _judged(opened)
    return found


def opened_sets(gold: Path | None, data: Sequence[Path], questions: int = 0) -> Iterator[Opened]:
    """One after the other, with `questions` of each, sampled; all where it is 0."""
    for opening in [*([opened_gold(gold)] if gold else []), *map(opened_data, data)]:
        with opening as opened:
            chosen = tuple(sample(opened.evaluation.questions, questions, SEED))
            yield replace(opened, evaluation=replace(opened.evaluation, questions=chosen))


def _judged(opened: Opened) -> Judged:
    return opened.application.learning.judged(opened.evaluation, ANONYMOUS, opened.sets)
