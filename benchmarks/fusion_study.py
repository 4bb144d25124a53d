"""How to fuse two branches, and what of it relevance should take: by constant, and by place or mean rank.

    python -m benchmarks.fusion_study --data DATA/companies --data DATA/handbook_qa --measure DATA/scifact

The first table is NDCG@5 of the fused stage by the constant k of 1/(k + rank), ties by BM25. The second is
the ensemble less the best stage where relevance takes the place in the fused order, and where it takes the
harmonic mean of both ranks; calibration, rank curve and trust fitted on the other sets each time, boosts left
out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from benchmarks.clock import table
from benchmarks.fit_defaults import arguments
from benchmarks.judged_sets import SAMPLE, judged_sets
from benchmarks.trust_study import fit_shipped, regret
from ranking.learning.calibration import Floats
from ranking.learning.judged import Judged
from ranking.learning.scoring import LEVELS

CONSTANTS = (0, 1, 2, 5, 20, 60)


def main() -> None:
    given = arguments(__doc__)
    fitted, only_measured = judged_sets(given.gold, given.data), judged_sets(None, given.measure, SAMPLE)
    everything = {**fitted, **only_measured}
    print(table(("set", "by", *(f"k = {k}" for k in CONSTANTS)), list(_by_constant(everything))), end="\n\n")
    print(
        table(
            ("held out", "by", "trust", "by place", "trust", "by mean rank"), list(_forms(fitted, everything))
        )
    )


def _by_constant(sets: Mapping[str, Judged]) -> Iterator[list[str]]:
    for name, judged in sets.items():
        orders = {k: _places(judged, k) for k in CONSTANTS}
        for level in LEVELS:
            if np.any(judged.levels[level].ideal > 0):
                values = [np.nanmean(judged.ndcg(-orders[k], level)) for k in CONSTANTS]
                yield [name, level, *(f"{value:.3f}" for value in values)]


def _forms(fitted: Mapping[str, Judged], everything: Mapping[str, Judged]) -> Iterator[list[str]]:
    by_place = {name: replace(judged, fused=judged.ranks) for name, judged in everything.items()}
    for name in everything:
        others = [other for other in fitted if other != name]
        models = [fit_shipped({other: sets[other] for other in others}) for sets in (by_place, everything)]
        for level in LEVELS:
            if np.any(everything[name].levels[level].ideal > 0):
                row = [name, level]
                for sets, model in zip((by_place, everything), models, strict=True):
                    row += [f"{model.trust:.2f}", f"{regret(sets[name], model, level).difference:+.3f}"]
                yield row


def _places(judged: Judged, constant: int) -> Floats:
    """Places in the fused order (questions, candidates), ties by BM25."""
    scores = sum(1.0 / (constant + ranks) for ranks in judged.branches.values())
    order = np.lexsort((judged.branches["bm25"], -np.where(judged.real, scores, -np.inf)), axis=1)
    places = np.empty_like(judged.ranks)
    numbers = np.arange(1.0, order.shape[1] + 1)
    np.put_along_axis(places, order, np.broadcast_to(numbers, order.shape), axis=1)
    return places


if __name__ == "__main__":
    main()
