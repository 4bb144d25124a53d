"""Several reports as one: every question counts the same, whichever data set it is from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ranking.evaluation.metrics import METRICS
from ranking.evaluation.report import EvaluationReport, Level, level_of

POOLED = "pooled"


def pool(reports: Sequence[EvaluationReport], random: np.random.Generator) -> EvaluationReport:
    """Levels, stages and ablations that all reports have; the data sets are the segments.

    Latency and refusal stay with the parts: they speak of one corpus. Raises ValueError without a report.
    """
    if not reports:
        raise ValueError("there are no reports to pool")
    common = [
        level.name for level in reports[0].levels if all(_find(r, level.name) is not None for r in reports)
    ]
    return EvaluationReport(
        POOLED,
        sum(report.answerable for report in reports),
        sum(report.unanswerable for report in reports),
        sum(report.unjudged for report in reports),
        tuple(_pooled_level(name, reports, random) for name in common),
        parts=tuple(reports),
    )


def _pooled_level(name: str, reports: Sequence[EvaluationReport], random: np.random.Generator) -> Level:
    levels = [level for report in reports if (level := _find(report, name)) is not None]
    names = _distinct([report.name for report in reports])
    segment_of = {
        _key(place, question): names[place]
        for place, level in enumerate(levels)
        for question in level.stages[level.baseline].values["NDCG@5"]
    }
    return level_of(
        name,
        _joined([{stage: quality.values for stage, quality in level.stages.items()} for level in levels]),
        _joined([{signal: a.values for signal, a in level.ablations.items()} for level in levels]),
        segment_of,
        random,
        unheld=sum(level.unheld for level in levels),
        unfounded=sum(level.unfounded for level in levels),
    )


def _joined(
    parts: Sequence[Mapping[str, Mapping[str, Mapping[str, float]]]],
) -> dict[str, dict[str, dict[str, float]]]:
    """Name -> metric -> question -> value over all parts, of the names that each of them has."""
    return {
        name: {
            metric: {
                _key(place, question): value
                for place, part in enumerate(parts)
                for question, value in part[name][metric].items()
            }
            for metric in METRICS
        }
        for name in parts[0]
        if all(name in part for part in parts)
    }


def _key(place: int, question: str) -> str:
    return f"{place}:{question}"


def _distinct(names: Sequence[str]) -> list[str]:
    return [
        name if names.count(name) == 1 else f"{name} ({place})" for place, name in enumerate(names, start=1)
    ]


def _find(report: EvaluationReport, name: str) -> Level | None:
    return next((level for level in report.levels if level.name == name), None)
