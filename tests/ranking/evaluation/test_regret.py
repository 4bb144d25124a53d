from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from ranking.evaluation.metrics import METRICS
from ranking.evaluation.regret import Regret, regrets
from ranking.evaluation.report import EvaluationReport, Level, StageQuality


def _report(name: str, values: Mapping[str, list[float]]) -> EvaluationReport:
    """A report of one level whose stages have these values of NDCG@5 by question."""
    stages = {
        stage: StageQuality(
            dict.fromkeys(METRICS, sum(found) / len(found)),
            {},
            {metric: {f"q{n}": value for n, value in enumerate(found)} for metric in METRICS},
        )
        for stage, found in values.items()
    }
    questions = len(values["ensemble"])
    return EvaluationReport(name, questions, 0, 0, (Level("document", questions, 0, 0, "fused", stages),))


def _regrets(*reports: EvaluationReport) -> list[Regret]:
    return regrets(reports, np.random.default_rng(1))


FIRST = _report(
    "first", {"bm25": [0.5, 0.5], "fused": [0.6, 0.6], "cross_encoder": [1.0, 0.4], "ensemble": [0.8, 0.6]}
)
SECOND = _report("second", {"bm25": [0.9] * 4, "fused": [0.5] * 4, "ensemble": [0.85] * 4})


def test_the_best_stage_of_each_set_is_what_the_ensemble_is_held_against() -> None:
    first, second, pooled = _regrets(FIRST, SECOND)
    assert (first.stage, second.stage) == ("cross_encoder", "bm25")
    assert (first.best, first.ensemble) == pytest.approx((0.7, 0.7))
    assert second.interval.difference == pytest.approx(-0.05)
    # Pooled, two questions of no difference and four of -0.05: -0.2 / 6.
    assert (pooled.name, pooled.questions) == ("pooled", 6)
    assert pooled.interval.difference == pytest.approx(-0.2 / 6)


def test_what_is_tolerated() -> None:
    first, second, pooled = _regrets(FIRST, SECOND)
    assert (first.tolerable, second.tolerable, pooled.tolerable) == (True, False, False)
    [close] = _regrets(_report("close", {"fused": [0.9] * 3, "ensemble": [0.89] * 3}))
    assert close.tolerable


def test_one_set_is_not_pooled_with_itself() -> None:
    assert [row.name for row in _regrets(FIRST)] == ["first"]
