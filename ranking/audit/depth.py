"""Recall by depth: how far down a reader, or the next stage, has to go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ranking.evaluation.metrics import Ranking, mean

DEPTHS = (1, 2, 3, 5, 10, 20, 30, 50)

Relevant = Mapping[str, Collection[str]]  # question id -> ids of relevant items, perhaps none


def recall_by_depth(ranking: Ranking, relevant: Relevant) -> tuple[tuple[int, float], ...]:
    """(depth, mean share of the relevant items found so far); a question with none of them counts as zero."""
    return tuple((depth, _recall(ranking, relevant, depth)) for depth in DEPTHS)


def first_relevant(items: Sequence[str], relevant: Collection[str]) -> int | None:
    """Rank from 1 of the first relevant item."""
    return next((rank for rank, item in enumerate(items, start=1) if item in relevant), None)


def _recall(ranking: Ranking, relevant: Relevant, depth: int) -> float:
    return mean(
        len(set(ranking.get(question, ())[:depth]) & set(wanted)) / len(wanted) if wanted else 0.0
        for question, wanted in relevant.items()
    )
