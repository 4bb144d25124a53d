"""The audit as data: what was measured, the verdict, and the questions behind the figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ranking.audit.depth import recall_by_depth
from ranking.audit.questions import Case, Final, case_of, most_changed
from ranking.audit.reliability import Bin, reliability
from ranking.audit.verdict import SOON_MS, Gains, Verdict, gains, verdict
from ranking.evaluation.evaluation_set import EvaluationSet, Question
from ranking.evaluation.latency import Latency, latency
from ranking.evaluation.metrics import by_document
from ranking.evaluation.passages import passage_relevance
from ranking.evaluation.report import EvaluationReport, Level
from ranking.evaluation.segments import HEADLINE
from ranking.evaluation.significance import Interval, paired_bootstrap
from storage.chunk import Chunk

CASES = 5  # questions shown of those that gained the most, and of those that lost the most
RECALL_STAGES = ("bm25", "dense", "fused", "ensemble")

Stages = Mapping[str, Mapping[str, Sequence[str]]]  # stage -> question id -> chunk ids, best first


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds of searches made for the purpose, with nothing looked up: stage -> samples, and totals."""

    by_stage: Mapping[str, Sequence[float]]
    without_reranking: Sequence[float]


@dataclass(frozen=True, slots=True)
class Cost:
    """`by_stage` with re-ranking, `total` among them; `within`: share of searches in the time allowed."""

    by_stage: Mapping[str, Latency]
    without_reranking: Latency
    slowest: float
    within: float


@dataclass(frozen=True, slots=True)
class Audit:
    """`level` is the one that the verdict is about: by passage where questions quote, else by document.

    `means`: level -> stage -> NDCG@5 with its own interval; `recall`: stage -> (depth, recall);
    `reliability`: of passages only; `missed`: nothing relevant is among their candidates.
    """

    report: EvaluationReport
    level: Level
    verdict: Verdict
    gains: Mapping[str, Gains]
    means: Mapping[str, Mapping[str, Interval]]
    cost: Cost
    recall: Mapping[str, tuple[tuple[int, float], ...]]
    reliability: tuple[Bin, ...]
    gained: tuple[Case, ...]
    lost: tuple[Case, ...]
    missed: tuple[Question, ...]
    ranked_by: Mapping[str, str]


def audit(
    evaluation: EvaluationSet,
    report: EvaluationReport,
    chunks: Mapping[str, Chunk],
    stages: Stages,
    probabilities: Mapping[str, Sequence[float]],
    timings: Timings,
    rank: Callable[[Question], Final],
    ranked_by: Mapping[str, str],
    random: np.random.Generator,
) -> Audit:
    """`rank` ranks once more the few questions that are shown; `ranked_by` names models and settings."""
    level = report.levels[-1]
    relevant = relevant_chunks(evaluation, chunks, level)
    questions = {question.id: question for question in evaluation.answerable}
    cost = _cost(timings)
    found = {each.name: gains(each, random) for each in report.levels}

    def case(question: str) -> Case:
        asked = questions[question]
        return case_of(asked, level, stages, relevant[question], rank(asked))

    gained, lost = most_changed(level, CASES)
    return Audit(
        report,
        level,
        verdict(
            found[level.name].over_embeddings,
            cost.by_stage["total"].p95,
            level.stages["fused"].means["Recall@50"],
        ),
        found,
        {each.name: _means(each, random) for each in report.levels},
        cost,
        _recall(evaluation, chunks, stages, relevant, level),
        reliability(stages["ensemble"], probabilities, relevant) if level.name == "passage" else (),
        tuple(case(question) for question in gained),
        tuple(case(question) for question in lost),
        tuple(
            questions[id_] for id_, recall in level.stages["fused"].values["Recall@50"].items() if not recall
        ),
        ranked_by,
    )


def relevant_chunks(
    evaluation: EvaluationSet, chunks: Mapping[str, Chunk], level: Level
) -> Mapping[str, Collection[str]]:
    """Question id -> relevant chunks, of the level's questions: by document, all of a labelled document."""
    if level.name == "passage":
        return {
            question: frozenset(grades)
            for question, grades in passage_relevance(evaluation.answerable, chunks).grades.items()
        }
    of_document: dict[str, list[str]] = {}
    for id_, chunk in chunks.items():
        of_document.setdefault(chunk.document_id, []).append(id_)
    return {
        question.id: frozenset(id_ for document in question.labels for id_ in of_document.get(document, ()))
        for question in evaluation.answerable
    }


def _recall(
    evaluation: EvaluationSet,
    chunks: Mapping[str, Chunk],
    stages: Stages,
    relevant: Mapping[str, Collection[str]],
    level: Level,
) -> Mapping[str, tuple[tuple[int, float], ...]]:
    """Of passages among passages, or of documents among documents."""
    shown = {stage: ranking for stage, ranking in stages.items() if stage in RECALL_STAGES}
    if level.name == "passage":
        return {stage: recall_by_depth(ranking, relevant) for stage, ranking in shown.items()}
    document_of = {id_: chunk.document_id for id_, chunk in chunks.items()}
    labels = {question.id: list(question.labels) for question in evaluation.answerable}
    return {
        stage: recall_by_depth(by_document(ranking, document_of), labels) for stage, ranking in shown.items()
    }


def _cost(timings: Timings) -> Cost:
    totals = timings.by_stage["total"]
    return Cost(
        {stage: latency(samples) for stage, samples in timings.by_stage.items()},
        latency(timings.without_reranking),
        max(totals),
        sum(total <= SOON_MS for total in totals) / len(totals),
    )


def _means(level: Level, random: np.random.Generator) -> Mapping[str, Interval]:
    columns = [list(quality.values[HEADLINE].values()) for quality in level.stages.values()]
    return dict(zip(level.stages, paired_bootstrap(np.column_stack(columns), random), strict=True))
