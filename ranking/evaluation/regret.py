"""No regret: is the ensemble anywhere worse than the best single stage that one could have had instead?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ranking.evaluation.report import EvaluationReport, Level
from ranking.evaluation.significance import Interval, paired_bootstrap

METRIC = "NDCG@5"
SINGLE_STAGES = ("bm25", "dense", "fused", "cross_encoder")
TOLERATED_MEAN = 0.02  # by which the ensemble may lie below the best stage of one set
TOLERATED_POOLED = 0.01  # by which the lower end of the pooled interval may lie below zero
POOLED = "pooled"


@dataclass(frozen=True, slots=True)
class Regret:
    """The ensemble against the stage that is best on this set, chosen in hindsight.

    Pooled, each question counts against the best stage of its own set; then there is no one stage.
    """

    name: str
    level: str
    questions: int
    stage: str
    best: float
    ensemble: float
    interval: Interval

    @property
    def tolerable(self) -> bool:
        if self.name == POOLED:
            return self.interval.low >= -TOLERATED_POOLED
        return self.interval.difference >= -TOLERATED_MEAN


def regrets(reports: Sequence[EvaluationReport], random: np.random.Generator) -> list[Regret]:
    """A row for each set and level, then one for each level pooled, where there are several sets."""
    rows: list[Regret] = []
    pooled: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for report in reports:
        for level in report.levels:
            stage = _best_stage(level)
            pairs = _pairs(level, stage)
            rows.append(_row(report.name, level.name, stage, pairs, random))
            pooled[level.name] += pairs
    if len(reports) > 1:
        rows += [_row(POOLED, level, "each set's best", pairs, random) for level, pairs in pooled.items()]
    return rows


def _best_stage(level: Level) -> str:
    stages = [stage for stage in SINGLE_STAGES if stage in level.stages]
    return max(stages, key=lambda stage: level.stages[stage].means[METRIC])


def _pairs(level: Level, stage: str) -> list[tuple[float, float]]:
    """By question: the best stage's value and the ensemble's."""
    best, ensemble = level.stages[stage].values[METRIC], level.stages["ensemble"].values[METRIC]
    return [(best[question], ensemble[question]) for question in best]


def _row(
    name: str, level: str, stage: str, pairs: Sequence[tuple[float, float]], random: np.random.Generator
) -> Regret:
    values = np.array(pairs)
    [interval] = paired_bootstrap((values[:, 1] - values[:, 0])[:, None], random)
    best, ensemble = values.mean(axis=0).tolist()
    return Regret(name, level, len(pairs), stage, best, ensemble, interval)
