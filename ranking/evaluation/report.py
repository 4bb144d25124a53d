"""The whole measurement of one evaluation set: every stage, by document and by passage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ranking.evaluation.evaluation_set import EvaluationSet
from ranking.evaluation.latency import Latency, latency
from ranking.evaluation.metrics import METRICS, Ranking, Relevance, by_document, mean, measure, oracle
from ranking.evaluation.passages import PassageRelevance, passage_relevance
from ranking.evaluation.refusal import Refusal
from ranking.evaluation.significance import Interval, paired_bootstrap
from storage.chunk import Chunk

FIRST_STAGES = ("bm25", "dense", "fused")
ORACLE = "oracle"


@dataclass(frozen=True, slots=True)
class StageQuality:
    """`values`: metric -> question id -> value; `against`: metric -> difference from the baseline."""

    means: Mapping[str, float]
    against: Mapping[str, Interval]
    values: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Level:
    """One notion of relevance, by `document` or by `passage`.

    `unheld` questions count as zero: no chunk holds what they quote; `unfounded` ones are left out: nor
    does the whole document. The `baseline` is the first stage
    with the best NDCG@5; it has no difference from itself.
    """

    name: str
    questions: int
    unheld: int
    unfounded: int
    baseline: str
    stages: Mapping[str, StageQuality]


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Stages in the order given, the oracle last; `latency` by stage in milliseconds."""

    name: str
    answerable: int
    unanswerable: int
    unjudged: int
    levels: tuple[Level, ...]
    latency: Mapping[str, Latency] = field(default_factory=dict)
    refusal: Refusal | None = None


def evaluate(
    evaluation: EvaluationSet,
    rankings: Mapping[str, Ranking],
    chunks: Mapping[str, Chunk],
    random: np.random.Generator,
    *,
    milliseconds: Mapping[str, Sequence[float]] | None = None,
    refusal: Refusal | None = None,
) -> EvaluationReport:
    """`rankings`: stage -> question id -> chunk ids, best first; `fused` is what the oracle re-orders.

    `chunks`: every chunk of the corpus by id; `milliseconds`: stage -> samples.
    Raises ValueError without answerable questions or without the fused stage.
    """
    if not evaluation.answerable or "fused" not in rankings:
        raise ValueError("an evaluation needs answerable questions and the stage `fused`")
    document_of = {chunk_id: chunk.document_id for chunk_id, chunk in chunks.items()}
    of_documents = {stage: by_document(ranking, document_of) for stage, ranking in rankings.items()}
    labels = {question.id: question.labels for question in evaluation.answerable}
    levels = [_level("document", of_documents, PassageRelevance(labels, ()), random)]
    passages = passage_relevance(evaluation.answerable, chunks)
    if passages.grades:
        levels.append(_level("passage", rankings, passages, random))
    return EvaluationReport(
        evaluation.name,
        len(evaluation.answerable),
        len(evaluation.unanswerable),
        evaluation.unjudged,
        tuple(levels),
        {stage: latency(samples) for stage, samples in (milliseconds or {}).items()},
        refusal,
    )


def _level(
    name: str,
    rankings: Mapping[str, Ranking],
    judged: PassageRelevance,
    random: np.random.Generator,
) -> Level:
    relevance: Relevance = judged.grades
    with_oracle = {**rankings, ORACLE: oracle(rankings["fused"], relevance)}
    values = {stage: measure(ranking, relevance) for stage, ranking in with_oracle.items()}
    means = {
        stage: {metric: mean(of_stage[metric].values()) for metric in METRICS}
        for stage, of_stage in values.items()
    }
    baseline = max(
        (stage for stage in FIRST_STAGES if stage in means), key=lambda stage: means[stage]["NDCG@5"]
    )
    against = _differences(values, baseline, random)
    stages = {stage: StageQuality(means[stage], against.get(stage, {}), values[stage]) for stage in values}
    return Level(name, len(relevance), len(judged.unheld), len(judged.unfounded), baseline, stages)


def _differences(
    values: Mapping[str, Mapping[str, Mapping[str, float]]], baseline: str, random: np.random.Generator
) -> Mapping[str, Mapping[str, Interval]]:
    """Stage -> metric -> interval, of every stage but the baseline, all over the same resamples."""
    compared = [(stage, metric) for stage in values if stage != baseline for metric in METRICS]
    columns = [
        np.array(list(values[stage][metric].values())) - np.array(list(values[baseline][metric].values()))
        for stage, metric in compared
    ]
    intervals = paired_bootstrap(np.column_stack(columns), random)
    by_stage: dict[str, dict[str, Interval]] = {}
    for (stage, metric), interval in zip(compared, intervals, strict=True):
        by_stage.setdefault(stage, {})[metric] = interval
    return by_stage
