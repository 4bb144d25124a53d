"""Reciprocal rank fusion that keeps each branch's rank (Cormack, Clarke, Büttcher: SIGIR 2009)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from haystack import component

from ranking.sealed import Sealed

# 60 is for many long runs; of two branches the first places must count (docs/measurements.md).
RANK_CONSTANT = 2


@dataclass(frozen=True, slots=True)
class Fused:
    """One id with its summed reciprocal rank and its rank (from 1) in each branch that found it."""

    id: str
    score: float
    ranks: Mapping[str, int]


def fuse(rankings: Mapping[str, Sequence[str]], depth: int, constant: int = RANK_CONSTANT) -> list[Fused]:
    """The best `depth` ids over all branches; ties by the better single rank, then by id."""
    ranks: dict[str, dict[str, int]] = defaultdict(dict)
    for branch, ids in rankings.items():
        for rank, found in enumerate(ids, start=1):
            ranks[found].setdefault(branch, rank)
    fused = [
        Fused(found, math.fsum(1.0 / (constant + rank) for rank in by_branch.values()), by_branch)
        for found, by_branch in ranks.items()
    ]
    fused.sort(key=lambda item: (-item.score, min(item.ranks.values()), item.id))
    return fused[:depth]


@component
class Fusion:
    """Pipeline stage: one ranking out of all branches."""

    @component.output_types(fused=Sequence[Fused], seconds=float)
    def run(self, rankings: Mapping[str, Sequence[str]], depth: int) -> dict[str, Any]:
        started = perf_counter()
        fused = fuse(rankings, depth)
        return {"fused": Sealed(fused), "seconds": perf_counter() - started}
