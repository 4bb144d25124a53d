from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from ranking.evaluation.metrics import METRICS
from ranking.evaluation.pooling import pool
from ranking.evaluation.report import EvaluationReport, level_of


def _report(name: str, stages: Mapping[str, Mapping[str, float]]) -> EvaluationReport:
    values = {stage: dict.fromkeys(METRICS, of_questions) for stage, of_questions in stages.items()}
    without = {"freshness": dict.fromkeys(METRICS, dict.fromkeys(stages["fused"], 0.25))}
    level = level_of("document", values, without, {}, np.random.default_rng(1), unheld=1)
    return EvaluationReport(name, len(stages["fused"]), 2, 3, (level,))


LARGE = _report(
    "large", {"fused": {"q1": 1.0, "q2": 0.0, "q3": 0.5}, "ensemble": {"q1": 1, "q2": 1, "q3": 1}}
)
SMALL = _report("small", {"fused": {"q1": 0.1}, "ensemble": {"q1": 0.0}, "cross_encoder": {"q1": 1.0}})


def test_every_question_counts_the_same_and_none_hides_another_of_its_name() -> None:
    pooled = pool([LARGE, SMALL], np.random.default_rng(1))
    [level] = pooled.levels

    assert (pooled.answerable, pooled.unanswerable, pooled.unjudged, level.unheld) == (4, 4, 6, 2)
    assert level.questions == 4
    assert level.stages["fused"].means["NDCG@5"] == pytest.approx(1.6 / 4)
    assert level.stages["ensemble"].against["NDCG@5"].difference == pytest.approx((3 - 1.6) / 4)
    assert level.ablations["freshness"].brings["NDCG@5"].difference == pytest.approx(3 / 4 - 0.25)
    assert "cross_encoder" not in level.stages  # one of them has not measured it


def test_the_data_sets_are_the_segments() -> None:
    [level] = pool([LARGE, SMALL, SMALL], np.random.default_rng(1)).levels

    assert {name: segment.questions for name, segment in level.segments.items()} == {
        "large": 3,
        "small (2)": 1,
        "small (3)": 1,
    }
    assert [name for name, s in level.segments.items() if s.worse_than("fused")] == ["small (2)", "small (3)"]


def test_nothing_cannot_be_pooled() -> None:
    with pytest.raises(ValueError, match="no reports"):
        pool([], np.random.default_rng(1))
