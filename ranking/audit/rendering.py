"""An audit as JSON, whose shape others script against."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ranking.audit.audit import Audit
from ranking.audit.questions import Case
from ranking.audit.reliability import calibration_error
from ranking.audit.verdict import Gains
from ranking.evaluation.rendering import to_json as report_to_json
from ranking.evaluation.significance import RelativeGain


def to_json(audit: Audit) -> dict[str, Any]:
    """Plain values: qualities to 4 decimals, milliseconds to 1."""
    cost = audit.cost
    return {
        "name": audit.report.name,
        "verdict": audit.verdict.decision,
        "reasons": list(audit.verdict.reasons),
        "level": audit.level.name,
        "gains": {level: _gains(found) for level, found in audit.gains.items()},
        "recall_at_50": round(audit.level.stages["fused"].means["Recall@50"], 4),
        "search_ms": {
            "questions": cost.by_stage["total"].questions,
            "p50": round(cost.by_stage["total"].p50, 1),
            "p95": round(cost.by_stage["total"].p95, 1),
            "slowest": round(cost.slowest, 1),
            "within_500_ms": round(cost.within, 4),
            "p50_without_reranking": round(cost.without_reranking.p50, 1),
            "p95_without_reranking": round(cost.without_reranking.p95, 1),
        },
        "calibration_error": round(calibration_error(audit.reliability), 4) if audit.reliability else None,
        "gained": [_case(case) for case in audit.gained],
        "lost": [_case(case) for case in audit.lost],
        "missed": [question.id for question in audit.missed],
        "ranked_by": dict(audit.ranked_by),
        "evaluation": report_to_json(audit.report),
    }


def _gains(found: Gains) -> dict[str, Any]:
    return {
        "over_embeddings": _gain(found.over_embeddings),
        "over_no_reranking": None if found.over_no_reranking is None else _gain(found.over_no_reranking),
    }


def _gain(gain: RelativeGain) -> dict[str, Any]:
    return {
        key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(gain).items()
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": case.question.id,
        "question": case.question.text,
        "before": round(case.before, 4),
        "after": round(case.after, 4),
        "ranks": dict(case.ranks),
        "why": case.why,
        "evidence": list(case.evidence),
    }
