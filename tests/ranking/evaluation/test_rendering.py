from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from ranking.evaluation.latency import Latency
from ranking.evaluation.metrics import METRICS
from ranking.evaluation.pooling import pool
from ranking.evaluation.refusal import Refusal
from ranking.evaluation.rendering import (
    ablations_table,
    plain,
    segments_table,
    to_json,
    to_markdown,
    worse_segments,
)
from ranking.evaluation.report import Ablation, EvaluationReport, Level, StageQuality, level_of
from ranking.evaluation.segments import Segment
from ranking.evaluation.significance import Interval

MEANS = dict.fromkeys(METRICS, 2 / 3)
STAGES = {
    "fused": StageQuality(MEANS, {}, {}),
    "ensemble": StageQuality(
        {**MEANS, "NDCG@5": 0.75},
        {"NDCG@5": Interval(0.08333, 0.01, 0.15666), "P@5": Interval(0.0, -0.1, 0.1)},
        {},
    ),
}
REPORT = EvaluationReport(
    "gold",
    3,
    1,
    0,
    (
        Level("document", 3, 0, 0, "fused", STAGES),
        Level("passage", 2, 1, 4, "fused", {"fused": STAGES["fused"]}),
    ),
    {"fused": Latency(1.26, 3.0, 4)},
    Refusal(0.41, 3, 1, 1.0, None, 1 / 3),
)


def test_json_is_plain_rounded_and_of_this_shape() -> None:
    plain = json.loads(json.dumps(to_json(REPORT)))
    assert list(plain) == ["name", "questions", "levels", "latency_ms", "refusal", "data_sets"]
    assert plain["questions"] == {"answerable": 3, "unanswerable": 1, "unjudged": 0}
    document = plain["levels"]["document"]
    assert {key: document[key] for key in ("questions", "unheld", "baseline")} == {
        "questions": 3,
        "unheld": 0,
        "baseline": "fused",
    }
    assert document["stages"]["fused"] == {"means": dict.fromkeys(METRICS, 0.6667), "against_baseline": {}}
    assert document["stages"]["ensemble"]["against_baseline"]["NDCG@5"] == {
        "difference": 0.0833,
        "low": 0.01,
        "high": 0.1567,
    }
    assert plain["latency_ms"] == {"fused": {"p50": 1.3, "p95": 3.0, "questions": 4}}
    assert plain["refusal"]["recall"] is None
    assert plain["refusal"]["wrongly_refused"] == 0.3333


def test_markdown_has_stages_as_rows_and_metrics_as_columns() -> None:
    assert to_markdown(REPORT) == (
        "## gold\n\n"
        "3 answerable questions, 1 unanswerable, 0 left out because nobody judged them.\n\n"
        "### By document (3 questions)\n\n"
        "| stage | NDCG@5 | NDCG@10 | P@5 | Recall@20 | Recall@50 | RR@10 | NDCG@5 against fused [95 %] |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        "| fused | 0.667 | 0.667 | 0.667 | 0.667 | 0.667 | 0.667 |  |\n"
        "| ensemble | 0.750 | 0.667 | 0.667 | 0.667 | 0.667 | 0.667 | +0.083 [+0.010, +0.157] * |\n\n"
        "### By passage (2 questions, 1 of them zero because no chunk holds their quotation; "
        "4 more left out: their document does not hold it)\n\n"
        "| stage | NDCG@5 | NDCG@10 | P@5 | Recall@20 | Recall@50 | RR@10 | NDCG@5 against fused [95 %] |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        "| fused | 0.667 | 0.667 | 0.667 | 0.667 | 0.667 | 0.667 |  |\n\n"
        "### Latency\n\n"
        "| stage | p50 ms | p95 ms | questions |\n"
        "| --- | ---: | ---: | ---: |\n"
        "| fused | 1.3 | 3.0 | 4 |\n\n"
        "### Refusal\n\n"
        "| threshold | precision | recall | wrongly refused |\n"
        "| --- | ---: | ---: | ---: |\n"
        "| 0.410 | 1.000 |  | 0.333 |\n"
    )


@pytest.mark.parametrize("heading", ["### Latency", "### Refusal"])
def test_what_was_not_measured_is_not_shown(heading: str) -> None:
    assert heading in to_markdown(REPORT)
    assert heading not in to_markdown(replace(REPORT, latency={}, refusal=None))
    assert to_json(replace(REPORT, refusal=None))["refusal"] is None


def test_ablations_and_segments_are_tables_of_their_own() -> None:
    brings = {"NDCG@5": Interval(0.05, 0.01, 0.09)}
    level = replace(
        REPORT.levels[0],
        ablations={"freshness": Ablation({**MEANS, "NDCG@5": 0.7}, brings, {})},
        segments={
            "table": Segment(12, {"fused": 0.5, "ensemble": 0.4}, Interval(-0.1, -0.2, -0.01)),
            "a|b": Segment(2, {"fused": 0.5, "ensemble": 0.25}, None),
            "other": Segment(1, {"fused": 0.5, "ensemble": 0.5}, None),
        },
    )

    assert ablations_table(level).splitlines()[-1] == (
        "| freshness | 0.700 | 0.667 | 0.667 | 0.667 | 0.667 | 0.667 | +0.050 [+0.010, +0.090] * |"
    )
    assert segments_table(level).splitlines()[2:] == [
        "| table | 12 | 0.500 | 0.400 | -0.100 [-0.200, -0.010] * |",
        "| a\\|b | 2 | 0.500 | 0.250 | -0.250 |",
        "| other | 1 | 0.500 | 0.500 | +0.000 |",
    ]
    assert worse_segments(level) == (
        "Worse than fused in: table (-0.100, 12 questions, without doubt), a\\|b (-0.250, 2 questions)."
    )
    assert worse_segments(REPORT.levels[0]) == "No segment is worse than fused."
    assert to_json(replace(REPORT, levels=(level,)))["levels"]["document"]["segments"]["table"] == {
        "questions": 12,
        "ndcg@5": {"fused": 0.5, "ensemble": 0.4},
        "ensemble_against_baseline": {"difference": -0.1, "low": -0.2, "high": -0.01},
        "worse": True,
    }


def test_pooled_data_sets_come_each_by_itself_first() -> None:
    values = {stage: {m: {"q": 0.5} for m in METRICS} for stage in ("fused", "ensemble")}
    level = level_of("document", values, {}, {}, np.random.default_rng(1))
    parts = [EvaluationReport(name, 1, 0, 0, (level,)) for name in ("first", "second")]
    pooled = pool(parts, np.random.default_rng(1))

    assert re.findall("^## (.+)$", to_markdown(pooled), re.MULTILINE) == ["first", "second", "pooled"]
    assert [part["name"] for part in to_json(pooled)["data_sets"]] == ["first", "second"]


def test_what_people_wrote_is_never_mark_up() -> None:
    assert plain("![x](http://a/b.png) <b>|`*_ \n&amp; \\") == (
        "\\!\\[x\\](http://a/b.png) \\<b\\>\\|\\`\\*\\_ \\&amp; \\\\"
    )
