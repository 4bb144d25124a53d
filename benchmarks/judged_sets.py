"""Judged questions to fit and measure on: the gold set of what is ingested, and folders of data sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rag_app.application import ANONYMOUS
from rag_app.evaluation import Opened, opened_data, opened_gold
from ranking.learning.judged import Judged


def judged_sets(gold: Path | None, data: Sequence[Path]) -> Mapping[str, Judged]:
    """By name, each with all its candidates re-ranked."""
    found: dict[str, Judged] = {}
    for opening in [*([opened_gold(gold)] if gold else []), *map(opened_data, data)]:
        with opening as opened:
            found[opened.evaluation.name] = _judged(opened)
    return found


def _judged(opened: Opened) -> Judged:
    return opened.application.learning.judged(opened.evaluation, ANONYMOUS, opened.sets)
