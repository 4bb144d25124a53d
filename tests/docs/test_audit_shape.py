"""json.md names every field of an audit, and none that does not exist."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from ranking.audit.audit import Audit, Timings, audit
from ranking.audit.questions import Final
from ranking.audit.rendering import to_json
from ranking.candidate import Signal
from ranking.ensemble import EnsembleWeights, combine
from ranking.evaluation.evaluation_set import EvaluationSet, Question, Quotation
from ranking.evaluation.report import evaluate
from ranking.ranker import Ranker
from ranking.relevance import relevant
from storage.chunk import Chunk
from tests.docs.pages import ROOT, names_under
from tests.ranking.candidates import A_RELEVANCE_MODEL, a_candidate

PAGE = ROOT / "docs" / "json.md"
MAPS = ("gains", "ranked_by")
WHOLE = ("evaluation", "gains.*.over_no_reranking")  # described elsewhere
OF_THE_COMMAND = "files"


def _audit() -> Audit:
    gold = EvaluationSet(
        "gold", (Question("q1", "When?", {"a.md": 1}, (Quotation("a.md", "text of a", 1),)),)
    )
    chunks = {name: Chunk("s", f"{name}.md", 0, f"text of {name}", "") for name in "ab"}
    last, first = {"q1": ["b", "a"]}, {"q1": ["a", "b"]}
    stages = {"bm25": last, "dense": last, "fused": last, "ensemble": first}
    random = np.random.default_rng(1)
    report = evaluate(gold, stages, chunks, random, ablations={"cross_encoder": last})
    ranker = Ranker(A_RELEVANCE_MODEL, EnsembleWeights(2.0, {"freshness": 1.0}, "test"))
    candidates = relevant([a_candidate("b", 1), a_candidate("a", 2)], [1.0, 5.0], ranker.relevance)
    ranked = combine(candidates, [{"freshness": Signal(1, 0.5)}] * 2, ranker.weights)
    return audit(
        gold,
        report,
        chunks,
        stages,
        {"q1": [0.9, 0.2]},
        Timings({"total": [400.0, 600.0]}, [10.0, 20.0]),
        lambda _question: Final(ranked, ranker, "ensemble"),
        {"trust": "0.8"},
        random,
    )


def test_every_path_of_an_audit_is_described() -> None:
    printed = json.loads(json.dumps(to_json(_audit())))

    described = set(names_under(PAGE, "Audit")) - {"go", "marginal", "no"}

    assert described == {*_paths(printed), OF_THE_COMMAND}
    [gained] = printed["gained"]
    assert names_under(PAGE, "Audited question") == list(gained)


def test_an_audit_is_worked_out_by_hand() -> None:
    found = to_json(_audit())

    assert found["gains"]["passage"]["over_embeddings"]["after"] == 1.0
    assert found["gains"]["passage"]["over_embeddings"]["relative"] == round(np.log2(3) - 1, 4)
    assert found["gains"]["passage"]["over_no_reranking"] == found["gains"]["passage"]["over_embeddings"]
    assert found["search_ms"] == {
        "questions": 2,
        "p50": 500.0,
        "p95": 590.0,
        "slowest": 600.0,
        "within_500_ms": 0.5,
        "p50_without_reranking": 15.0,
        "p95_without_reranking": 19.5,
    }
    assert found["calibration_error"] == round((0.1 + 0.2) / 2, 4)
    assert found["gained"][0]["ranks"] == {"bm25": 2, "dense": 2, "fused": 2, "ensemble": 1}
    assert (found["lost"], found["missed"], found["recall_at_50"]) == ([], [], 1.0)


def _paths(value: Any, place: str = "") -> Iterator[str]:
    """Dotted paths to all leaves; the keys of maps are stars."""
    if not isinstance(value, dict) or place in WHOLE:
        yield place
        return
    for key, inner in value.items():
        name = "*" if place in MAPS else key
        yield from _paths(inner, f"{place}.{name}".removeprefix("."))
