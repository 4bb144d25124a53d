"""Reciprocal rank fusion that keeps each branch's rank (Cormack, Clarke, Büttcher: SIGIR 2009).

By 1/(k + rank) with k = 0, which orders by the harmonic mean of the ranks. The usual 60 is for many long
runs; of two branches the first places must count (docs/measurements.md).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from haystack import component

from ranking.candidate import BRANCHES
from ranking.sealed import Sealed

RANK_CONSTANT = 0


@dataclass(frozen=True, slots=True)
class Fused:
    """One id with its summed reciprocal rank and its rank (from 1) in each branch that found it."""

    id: str
    score: float
    ranks: Mapping[str, int]


def fuse(rankings: Mapping[str, Sequence[str]], depth: int, constant: int = RANK_CONSTANT) -> list[Fused]:
    """The best `depth` ids over all branches; ties by the rank in the first of `BRANCHES`, then the next."""
    ranks: dict[str, dict[str, int]] = defaultdict(dict)
    for branch, ids in rankings.items():
        for rank, found in enumerate(ids, start=1):
            ranks[found].setdefault(branch, rank)
    fused = [
        Fused(found, math.fsum(1.0 / (constant + rank) for rank in by_branch.values()), by_branch)
        for found, by_branch in ranks.items()
    ]
    names = (*BRANCHES, *sorted(rankings.keys() - set(BRANCHES)))
    fused.sort(key=lambda item: (-item.score, *(item.ranks.get(name, math.inf) for name in names)))
    return fused[:depth]


def harmonic_mean(ranks: Collection[int], branches: int) -> float:
    """The rank that, held in each of the `branches`, gives the same fused score; those without count 0."""
    return branches / math.fsum(1.0 / rank for rank in ranks)


@component
class Fusion:
    """Pipeline stage: one ranking out of all branches."""

    @component.output_types(fused=Sequence[Fused], seconds=float)
    def run(self, rankings: Mapping[str, Sequence[str]], depth: int) -> dict[str, Any]:
        started = perf_counter()
        fused = fuse(rankings, depth)
        return {"fused": Sealed(fused), "seconds": perf_counter() - started}
