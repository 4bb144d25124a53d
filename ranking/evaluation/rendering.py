"""A report as JSON, whose shape others script against, and as Markdown tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ranking.evaluation.metrics import METRICS
from ranking.evaluation.report import ORACLE, Ablation, EvaluationReport, Level, StageQuality
from ranking.evaluation.segments import HEADLINE, Segment
from ranking.evaluation.significance import Interval

_SPECIAL = re.compile(r"[\\`*_\[\]<>|!#~&]")


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
        "data_sets": [to_json(part) for part in report.parts],
    }


def to_markdown(report: EvaluationReport) -> str:
    """Stages as rows, metrics as columns; ablations and segments of each level; then latency and refusal.

    Pooled data sets come first each by itself.
    """
    parts = [*(to_markdown(part).rstrip("\n") for part in report.parts), f"## {report.name}", _counts(report)]
    parts += [table for level in report.levels for table in level_markdown(level)]
    if report.latency:
        rows = [
            (stage, f"{found.p50:.1f}", f"{found.p95:.1f}", str(found.questions))
            for stage, found in report.latency.items()
        ]
        heads = ("stage", "p50 ms", "p95 ms", "questions")
        parts.append("### Latency\n\n" + table_of(heads, rows))
    if report.refusal is not None:
        found = report.refusal
        shares = [_share(share) for share in (found.precision, found.recall, found.wrongly_refused)]
        heads = ("threshold", "precision", "recall", "wrongly refused")
        parts.append("### Refusal\n\n" + table_of(heads, [(f"{found.threshold:.3f}", *shares)]))
    return "\n\n".join(parts) + "\n"


def _level_json(level: Level) -> dict[str, Any]:
    return {
        "questions": level.questions,
        "unheld": level.unheld,
        "unfounded": level.unfounded,
        "baseline": level.baseline,
        "stages": {stage: _stage_json(quality) for stage, quality in level.stages.items()},
        "ablations": {signal: _ablation_json(ablation) for signal, ablation in level.ablations.items()},
        "segments": {
            name: _segment_json(segment, level.baseline) for name, segment in level.segments.items()
        },
    }


def _stage_json(quality: StageQuality) -> dict[str, Any]:
    return {"means": _rounded(quality.means), "against_baseline": _intervals_json(quality.against)}


def _ablation_json(ablation: Ablation) -> dict[str, Any]:
    return {"means": _rounded(ablation.means), "brings": _intervals_json(ablation.brings)}


def _segment_json(segment: Segment, baseline: str) -> dict[str, Any]:
    return {
        "questions": segment.questions,
        "ndcg@5": _rounded(segment.means),
        "ensemble_against_baseline": None if segment.against is None else _rounded(asdict(segment.against)),
        "worse": segment.worse_than(baseline),
    }


def _intervals_json(intervals: Mapping[str, Interval]) -> dict[str, Any]:
    return {metric: _rounded(asdict(interval)) for metric, interval in intervals.items()}


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in values.items()}


def _counts(report: EvaluationReport) -> str:
    counts = f"{report.answerable} answerable questions, {report.unanswerable} unanswerable"
    return f"{counts}, {report.unjudged} left out because nobody judged them."


def level_markdown(level: Level) -> list[str]:
    """The stages, then what each signal brings, then the segments; each under its own heading."""
    found = [stages_markdown(level)]
    if level.ablations:
        found.append(f"#### What each signal brings, by {level.name}\n\n" + ablations_table(level))
    if level.segments:
        found.append(f"#### {HEADLINE} by segment, by {level.name}\n\n" + segments_table(level))
        found.append(worse_segments(level))
    return found


def stages_markdown(level: Level) -> str:
    unheld = f", {level.unheld} of them zero because no chunk holds their quotation" if level.unheld else ""
    if level.unfounded:
        unheld += f"; {level.unfounded} more left out: their document does not hold it"
    heads = ("stage", *METRICS, f"{HEADLINE} against {level.baseline} [95 %]")
    rows = [
        (stage, *_figures(quality.means), interval_text(quality.against.get(HEADLINE)))
        for stage, quality in level.stages.items()
    ]
    return f"### By {level.name} ({level.questions} questions{unheld})\n\n" + table_of(heads, rows)


def ablations_table(level: Level) -> str:
    heads = ("ensemble without", *METRICS, f"the signal brings to {HEADLINE} [95 %]")
    rows = [
        (signal, *_figures(ablation.means), interval_text(ablation.brings[HEADLINE]))
        for signal, ablation in level.ablations.items()
    ]
    return table_of(heads, rows)


def segments_table(level: Level) -> str:
    stages = [stage for stage in level.stages if stage != ORACLE]
    heads = ("segment", "questions", *stages, f"ensemble against {level.baseline} [95 %]")
    rows = [
        (
            plain(name),
            str(segment.questions),
            *(f"{segment.means[stage]:.3f}" for stage in stages),
            interval_text(segment.against) or f"{_lead(segment, level):+.3f}",
        )
        for name, segment in level.segments.items()
    ]
    return table_of(heads, rows)


def worse_segments(level: Level) -> str:
    """Names the segments where the ensemble stands below the baseline; one without doubt is marked."""
    worse = [
        f"{plain(name)} ({_lead(segment, level):+.3f}, {segment.questions} questions"
        f"{', without doubt' if segment.against and segment.against.clear else ''})"
        for name, segment in level.segments.items()
        if segment.worse_than(level.baseline)
    ]
    if not worse:
        return f"No segment is worse than {level.baseline}."
    return f"Worse than {level.baseline} in: {', '.join(worse)}."


def interval_text(interval: Interval | None) -> str:
    """Empty where there is none; * marks one without zero."""
    if interval is None:
        return ""
    mark = " *" if interval.clear else ""
    return f"{interval.difference:+.3f} [{interval.low:+.3f}, {interval.high:+.3f}]{mark}"


def plain(text: str) -> str:
    """Text of people on one line of Markdown: nothing in it is taken for mark-up or for a table's border."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def table_of(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _figures(means: Mapping[str, float]) -> list[str]:
    return [f"{means[metric]:.3f}" for metric in METRICS]


def _lead(segment: Segment, level: Level) -> float:
    return segment.means["ensemble"] - segment.means[level.baseline]


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.3f}"
