"""A report as JSON, whose shape others script against, and as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ranking.evaluation.metrics import METRICS
from ranking.evaluation.report import EvaluationReport, Level, StageQuality
from ranking.evaluation.significance import Interval

HEADLINE = "NDCG@5"


def to_json(report: EvaluationReport) -> dict[str, Any]:
    """Plain values: qualities to 4 decimals, milliseconds to 1; stages in their order."""
    return {
        "name": report.name,
        "questions": {
            "answerable": report.answerable,
            "unanswerable": report.unanswerable,
            "unjudged": report.unjudged,
        },
        "levels": {level.name: _level_json(level) for level in report.levels},
        "latency_ms": {
            stage: {"p50": round(found.p50, 1), "p95": round(found.p95, 1), "questions": found.questions}
            for stage, found in report.latency.items()
        },
        "refusal": None if report.refusal is None else _rounded(asdict(report.refusal)),
    }


def to_markdown(report: EvaluationReport) -> str:
    """Stages as rows, metrics as columns, one table a level; then latency and refusal."""
    parts = [f"## {report.name}", _counts(report), *map(_level_markdown, report.levels)]
    if report.latency:
        rows = [
            (stage, f"{found.p50:.1f}", f"{found.p95:.1f}", str(found.questions))
            for stage, found in report.latency.items()
        ]
        heads = ("stage", "p50 ms", "p95 ms", "questions")
        parts.append("### Latency\n\n" + _table(heads, rows))
    if report.refusal is not None:
        found = report.refusal
        shares = [_share(share) for share in (found.precision, found.recall, found.wrongly_refused)]
        heads = ("threshold", "precision", "recall", "wrongly refused")
        parts.append("### Refusal\n\n" + _table(heads, [(f"{found.threshold:.3f}", *shares)]))
    return "\n\n".join(parts) + "\n"


def _level_json(level: Level) -> dict[str, Any]:
    return {
        "questions": level.questions,
        "unheld": level.unheld,
        "unfounded": level.unfounded,
        "baseline": level.baseline,
        "stages": {stage: _stage_json(quality) for stage, quality in level.stages.items()},
    }


def _stage_json(quality: StageQuality) -> dict[str, Any]:
    against = {metric: _rounded(asdict(interval)) for metric, interval in quality.against.items()}
    return {"means": _rounded(quality.means), "against_baseline": against}


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in values.items()}


def _counts(report: EvaluationReport) -> str:
    counts = f"{report.answerable} answerable questions, {report.unanswerable} unanswerable"
    return f"{counts}, {report.unjudged} left out because nobody judged them."


def _level_markdown(level: Level) -> str:
    unheld = f", {level.unheld} of them zero because no chunk holds their quotation" if level.unheld else ""
    if level.unfounded:
        unheld += f"; {level.unfounded} more left out: their document does not hold it"
    heads = ("stage", *METRICS, f"{HEADLINE} against {level.baseline} [95 %]")
    rows = [
        (
            stage,
            *(f"{quality.means[metric]:.3f}" for metric in METRICS),
            _interval(quality.against.get(HEADLINE)),
        )
        for stage, quality in level.stages.items()
    ]
    return f"### By {level.name} ({level.questions} questions{unheld})\n\n" + _table(heads, rows)


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return ""
    mark = " *" if interval.clear else ""
    return f"{interval.difference:+.3f} [{interval.low:+.3f}, {interval.high:+.3f}]{mark}"


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.3f}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
