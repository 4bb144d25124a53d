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
from ranking.evaluation.segments import Segment, Values, by_segment
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
class Ablation:
    """The ensemble without one signal; `brings`: metric -> how much better the ensemble is with it."""

    means: Mapping[str, float]
    brings: Mapping[str, Interval]
    values: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Level:
    """One notion of relevance, by `document` or by `passage`.

    `unheld` questions count as zero: no chunk holds what they quote; `unfounded` ones are left out: nor
    does the whole document. The `baseline` is the first stage
    with the best NDCG@5; it has no difference from itself. `ablations`: signal -> without it.
    """

    name: str
    questions: int
    unheld: int
    unfounded: int
    baseline: str
    stages: Mapping[str, StageQuality]
    ablations: Mapping[str, Ablation] = field(default_factory=dict)
    segments: Mapping[str, Segment] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Stages in the order given, the oracle last; `latency` by stage in milliseconds.

    `parts`: the reports that were pooled into this one.
    """

    name: str
    answerable: int
    unanswerable: int
    unjudged: int
    levels: tuple[Level, ...]
    latency: Mapping[str, Latency] = field(default_factory=dict)
    refusal: Refusal | None = None
    parts: tuple[EvaluationReport, ...] = ()


def evaluate(
    evaluation: EvaluationSet,
    rankings: Mapping[str, Ranking],
    chunks: Mapping[str, Chunk],
    random: np.random.Generator,
    *,
    ablations: Mapping[str, Ranking] | None = None,
    milliseconds: Mapping[str, Sequence[float]] | None = None,
    refusal: Refusal | None = None,
) -> EvaluationReport:
    """`rankings`: stage -> question id -> chunk ids, best first; `fused` is what the oracle re-orders.

    `ablations`: signal -> the ensemble's rankings without it; `chunks`: every chunk of the corpus by id;
    `milliseconds`: stage -> samples.
    Raises ValueError without answerable questions or without the fused stage.
    """
    if not evaluation.answerable or "fused" not in rankings:
        raise ValueError("an evaluation needs answerable questions and the stage `fused`")
    without = ablations or {}
    document_of = {chunk_id: chunk.document_id for chunk_id, chunk in chunks.items()}
    of_documents = {stage: by_document(ranking, document_of) for stage, ranking in rankings.items()}
    without_of_documents = {name: by_document(ranking, document_of) for name, ranking in without.items()}
    segment_of = {question.id: question.segment for question in evaluation.answerable}
    labels = PassageRelevance({question.id: question.labels for question in evaluation.answerable}, ())
    levels = [_level("document", of_documents, without_of_documents, labels, segment_of, random)]
    passages = passage_relevance(evaluation.answerable, chunks)
    if passages.grades:
        levels.append(_level("passage", rankings, without, passages, segment_of, random))
    return EvaluationReport(
        evaluation.name,
        len(evaluation.answerable),
        len(evaluation.unanswerable),
        evaluation.unjudged,
        tuple(levels),
        {stage: latency(samples) for stage, samples in (milliseconds or {}).items()},
        refusal,
    )


def level_of(
    name: str,
    values: Values,
    without: Values,
    segment_of: Mapping[str, str],
    random: np.random.Generator,
    *,
    unheld: int = 0,
    unfounded: int = 0,
) -> Level:
    """`values`: stage -> metric -> question id -> value; `without`: the same by silenced signal."""
    means = {stage: _means(found) for stage, found in values.items()}
    baseline = max((s for s in FIRST_STAGES if s in means), key=lambda stage: means[stage]["NDCG@5"])
    against = _differences(values, values[baseline], random)
    apart = random.spawn(1)[0]  # so that the stages' intervals do not depend on what else is measured
    brings = _differences(without, values["ensemble"], apart) if without else {}
    return Level(
        name,
        len(values[baseline]["NDCG@5"]),
        unheld,
        unfounded,
        baseline,
        {
            stage: StageQuality(means[stage], against[stage] if stage != baseline else {}, values[stage])
            for stage in values
        },
        {
            name: Ablation(_means(found), {m: _turned(i) for m, i in brings[name].items()}, found)
            for name, found in without.items()
        },
        by_segment(values, segment_of, baseline, apart),
    )


def _level(
    name: str,
    rankings: Mapping[str, Ranking],
    ablations: Mapping[str, Ranking],
    judged: PassageRelevance,
    segment_of: Mapping[str, str],
    random: np.random.Generator,
) -> Level:
    relevance: Relevance = judged.grades
    with_oracle = {**rankings, ORACLE: oracle(rankings["fused"], relevance)}
    return level_of(
        name,
        {stage: measure(ranking, relevance) for stage, ranking in with_oracle.items()},
        {signal: measure(ranking, relevance) for signal, ranking in ablations.items()},
        segment_of,
        random,
        unheld=len(judged.unheld),
        unfounded=len(judged.unfounded),
    )


def _means(values: Mapping[str, Mapping[str, float]]) -> Mapping[str, float]:
    return {metric: mean(values[metric].values()) for metric in METRICS}


def _turned(interval: Interval) -> Interval:
    return Interval(-interval.difference, -interval.high, -interval.low)


def _differences(
    values: Values, base: Mapping[str, Mapping[str, float]], random: np.random.Generator
) -> Mapping[str, Mapping[str, Interval]]:
    """Name -> metric -> interval of the difference from `base`, all over the same resamples."""
    compared = [(name, metric) for name in values for metric in METRICS]
    columns = [
        np.array(list(values[name][metric].values())) - np.array(list(base[metric].values()))
        for name, metric in compared
    ]
    by_name: dict[str, dict[str, Interval]] = {}
    for (name, metric), interval in zip(
        compared, paired_bootstrap(np.column_stack(columns), random), strict=True
    ):
        by_name.setdefault(name, {})[metric] = interval
    return by_name
