"""Which charts an audit has, by the name of their file."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ranking.audit.audit import Audit
from ranking.audit.depth import DEPTHS
from ranking.audit.plots import Bar, bars, columns, lines
from ranking.audit.verdict import SOON_MS
from ranking.evaluation.report import Level
from ranking.evaluation.segments import HEADLINE

OURS = "ensemble"
_SIZES = ("0 to .25", ".25 to .5", ".5 to .75", ".75 to 1")
_AXIS = "lost by re-ranking  \N{LEFTWARDS ARROW}  size of the change  \N{RIGHTWARDS ARROW}  gained by it"


def charts(audit: Audit) -> Mapping[str, str]:
    """File name -> SVG."""
    found = {f"quality-by-{name}.svg": _quality(audit, name) for name in audit.means}
    found["changes.svg"] = _changes(audit.level)
    found["latency.svg"] = _latency(audit)
    found["recall.svg"] = lines(
        f"Recall by depth, by {audit.level.name}",
        {
            stage: [(float(place), recall) for place, (_, recall) in enumerate(points)]
            for stage, points in audit.recall.items()
        },
        "depth: how many of the ranking are looked at",
        [(float(place), str(depth)) for place, depth in enumerate(DEPTHS)],
    )
    if audit.reliability:
        found["reliability.svg"] = lines(
            "Told and observed probability of relevance",
            {"passages": [(found.told, found.observed) for found in audit.reliability]},
            "probability told",
            [(step / 5, f"{step / 5:g}") for step in range(6)],
            diagonal=True,
        )
    return found


def _quality(audit: Audit, level: str) -> str:
    rows = [
        Bar(
            stage,
            mean.difference,
            f"{mean.difference:.3f} [{mean.low:.3f}, {mean.high:.3f}]",
            mean.low,
            mean.high,
            "strong" if stage == OURS else "same" if stage == "oracle" else "plain",
        )
        for stage, mean in audit.means[level].items()
    ]
    return bars(f"{HEADLINE} by stage, by {level}, with 95 % intervals", rows, 1.0)


def _latency(audit: Audit) -> str:
    stages = {**audit.cost.by_stage, "without re-ranking": audit.cost.without_reranking}
    rows = [
        Bar(
            stage,
            found.p50,
            f"{found.p50:.1f} ms, p95 {found.p95:.1f}",
            found.p50,
            found.p95,
            ("strong" if found.p95 <= SOON_MS else "worse") if stage == "total" else "plain",
        )
        for stage, found in stages.items()
    ]
    return bars("Time of each stage: median, and up to the 95th percentile", rows)


def _changes(level: Level) -> str:
    after, before = level.stages[OURS].values[HEADLINE], level.stages["dense"].values[HEADLINE]
    bins = [0] * (2 * len(_SIZES) + 1)
    for question, value in after.items():
        bins[change_bin(value - before[question])] += 1
    losses = [f"-{size}" for size in reversed(_SIZES)]
    labels = [*losses, "same", *(f"+{size}" for size in _SIZES)]
    kinds = ["worse"] * len(_SIZES) + ["same"] + ["strong"] * len(_SIZES)
    rows = [
        Bar(label, float(count), str(count), kind=kind)
        for label, count, kind in zip(labels, bins, kinds, strict=True)
    ]
    return columns(f"Questions by change in {HEADLINE} against embeddings alone", rows, _AXIS)


def change_bin(difference: float) -> int:
    """0: lost more than 0.75, ..., 4: the same, ..., 8: gained more than 0.75."""
    if difference == 0:
        return len(_SIZES)
    size = min(max(math.ceil(abs(difference) * len(_SIZES)), 1), len(_SIZES))
    return len(_SIZES) + size if difference > 0 else len(_SIZES) - size
