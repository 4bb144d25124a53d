from __future__ import annotations

from collections.abc import Mapping
from math import log2

import numpy as np
import pytest

from ranking.evaluation.evaluation_set import EvaluationSet, Question, Quotation
from ranking.evaluation.report import EvaluationReport, evaluate
from storage.chunk import Chunk

CHUNKS = {
    f"{document}{ordinal}": Chunk("set", document, ordinal, text, "")
    for document, ordinal, text in [
        ("a", 0, "nothing here"),
        ("a", 1, "alpha"),
        ("b", 0, "beta not in"),
        ("b", 1, "any chunk"),
        ("c", 0, "gamma"),
    ]
}
QUESTIONS = (
    Question("q1", "?", {"a": 1}, (Quotation("a", "alpha", 1),)),
    Question("q2", "?", {"b": 1}, (Quotation("b", "not in any chunk", 1),)),
    Question("q3", "?", {"c": 1}, (Quotation("c", "what the document does not say", 1),)),
    Question("q4", "nobody knows?"),
)
RANKINGS: Mapping[str, Mapping[str, list[str]]] = {
    "bm25": {"q1": ["b0", "a0", "a1"], "q2": ["a0", "b0"], "q3": ["a0", "a1", "c0"]},
    "fused": {"q1": ["a0", "b0", "a1"], "q2": ["b0", "a0"], "q3": ["a0", "a1", "c0"], "q4": ["a0"]},
    "ensemble": {"q1": ["a1", "a0", "b0"], "q2": ["b0", "a0"], "q3": ["c0", "a0", "a1"]},
}


@pytest.fixture(scope="module")
def report() -> EvaluationReport:
    return evaluate(EvaluationSet("gold", QUESTIONS, 5), RANKINGS, CHUNKS, np.random.default_rng(1))


def test_counts(report: EvaluationReport) -> None:
    assert (report.answerable, report.unanswerable, report.unjudged) == (3, 1, 5)
    assert [(level.name, level.questions, level.unheld, level.unfounded) for level in report.levels] == [
        ("document", 3, 0, 0),
        ("passage", 2, 1, 1),
    ]


def test_means_by_document(report: EvaluationReport) -> None:
    stages = report.levels[0].stages
    second = 1 / log2(3)
    means = {stage: quality.means["NDCG@5"] for stage, quality in stages.items()}
    assert means == pytest.approx({"bm25": second, "fused": (2 + second) / 3, "ensemble": 1.0, "oracle": 1.0})
    assert stages["bm25"].means["RR@10"] == 0.5


def test_means_by_passage_count_what_no_chunk_holds_as_zero(report: EvaluationReport) -> None:
    stages = report.levels[1].stages
    assert stages["fused"].means["NDCG@5"] == pytest.approx(0.5 / 2)
    assert stages["ensemble"].means["NDCG@5"] == pytest.approx(1.0 / 2)
    assert stages["oracle"].means["NDCG@5"] == pytest.approx(1.0 / 2)
    assert stages["ensemble"].values["NDCG@5"] == {"q1": 1.0, "q2": 0.0}


def test_every_stage_is_compared_with_the_best_first_stage(report: EvaluationReport) -> None:
    level = report.levels[0]
    assert level.baseline == "fused"
    assert level.stages["fused"].against == {}
    difference = level.stages["ensemble"].against["NDCG@5"]
    assert difference.difference == pytest.approx((1 - 1 / log2(3)) / 3)
    assert difference.low == 0.0
    assert 0 < difference.high <= 1 - 1 / log2(3)


def test_the_oracle_is_never_below_a_re_ranking_of_the_same(report: EvaluationReport) -> None:
    for level in report.levels:
        for metric, best in level.stages["oracle"].means.items():
            assert best >= level.stages["ensemble"].means[metric]


def test_without_quotations_there_is_no_passage_level() -> None:
    questions = (Question("q3", "?", {"c": 1}),)
    found = evaluate(EvaluationSet("plain", questions), RANKINGS, CHUNKS, np.random.default_rng(1))
    assert [level.name for level in found.levels] == ["document"]


def test_what_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="answerable questions"):
        evaluate(EvaluationSet("none", QUESTIONS[3:]), RANKINGS, CHUNKS, np.random.default_rng(1))
    with pytest.raises(ValueError, match="fused"):
        evaluate(EvaluationSet("gold", QUESTIONS), {"bm25": {}}, CHUNKS, np.random.default_rng(1))


def test_an_ablation_tells_what_its_signal_brings() -> None:
    without = {"freshness": RANKINGS["fused"], "fused_rank": RANKINGS["ensemble"]}
    found = evaluate(
        EvaluationSet("gold", QUESTIONS), RANKINGS, CHUNKS, np.random.default_rng(1), ablations=without
    )
    document, passage = found.levels

    assert document.ablations["freshness"].means["NDCG@5"] == pytest.approx((2 + 1 / log2(3)) / 3)
    brings = document.ablations["freshness"].brings["NDCG@5"]
    assert brings.difference == pytest.approx((1 - 1 / log2(3)) / 3)
    assert 0 == brings.low < brings.high
    assert passage.ablations["freshness"].brings["NDCG@5"].difference == pytest.approx(0.25)
    assert document.ablations["fused_rank"].brings["NDCG@5"].difference == 0.0
