from __future__ import annotations

import numpy as np
import pytest

from ranking.audit.questions import Final, case_of, most_changed, why
from ranking.candidate import Signal
from ranking.ensemble import EnsembleWeights, combine
from ranking.evaluation.evaluation_set import Question
from ranking.evaluation.metrics import METRICS
from ranking.evaluation.report import Level, level_of
from ranking.ranker import Ranker
from ranking.relevance import relevant
from tests.ranking.candidates import A_RELEVANCE_MODEL, a_candidate

RANKER = Ranker(A_RELEVANCE_MODEL, EnsembleWeights(bound=2.0, boosts={"freshness": 1.0}, version="test"))


def _level(dense: dict[str, float], ensemble: dict[str, float]) -> Level:
    values = {
        "dense": dict.fromkeys(METRICS, dense),
        "fused": dict.fromkeys(METRICS, dense),
        "ensemble": dict.fromkeys(METRICS, ensemble),
    }
    return level_of("passage", values, {}, {}, np.random.default_rng(1))


def test_the_most_changed_come_first_and_the_unchanged_not_at_all() -> None:
    level = _level(
        {"same": 0.5, "up": 0.0, "rocket": 0.0, "down": 1.0, "dive": 1.0},
        {"same": 0.5, "up": 0.5, "rocket": 1.0, "down": 0.5, "dive": 0.0},
    )

    assert most_changed(level, 5) == (["rocket", "up"], ["dive", "down"])
    assert most_changed(level, 1) == (["rocket"], ["dive"])


@pytest.mark.parametrize(
    ("ranks", "held", "without", "words"),
    [
        ({"dense": 1, "fused": 1, "ensemble": 1}, False, {}, "chunking cut them apart"),
        ({"dense": None, "fused": None, "ensemble": None}, True, {}, "retrieval missed it"),
        (
            {"dense": 9, "fused": 3, "cross_encoder": 1, "ensemble": 1},
            True,
            {"cross_encoder": 3, "freshness": 2},
            "both fused 3, the re-ranker 1, the ensemble 1. Without cross_encoder it would be 3.",
        ),
        (
            {"bm25": None, "dense": 1, "fused": 4, "ensemble": 6},
            True,
            {"fused_rank": 2, "freshness": 7},
            "BM25 not at all, embeddings 1, both fused 4, the ensemble 6. Without fused_rank it would be 2.",
        ),
        ({"dense": 1, "fused": 2, "ensemble": 2}, True, {"freshness": 2}, "No single signal decides it."),
        ({"dense": 1, "fused": 2, "ensemble": 2}, True, {"freshness": 3}, "No single signal decides it."),
    ],
)
def test_why(ranks: dict[str, int | None], held: bool, without: dict[str, int | None], words: str) -> None:
    assert words in why(ranks, held, without)


def test_a_case_shows_what_stands_on_top_and_the_first_relevant() -> None:
    candidates = relevant([a_candidate("old", 1), a_candidate("new", 2)], [4.0, 4.0], RANKER.relevance)
    boosts = [{"freshness": Signal(900, -0.5)}, {"freshness": Signal(3, 1.0)}]
    final = Final(combine(candidates, boosts, RANKER.weights), RANKER, "ensemble")
    stages = {
        "dense": {"q": ["old", "new"]},
        "fused": {"q": ["old", "new"]},
        "ensemble": {"q": ["new", "old"]},
    }

    case = case_of(Question("q", "?", {"old.md": 1}), _level({"q": 1.0}, {"q": 0.5}), stages, {"old"}, final)

    assert (case.before, case.after) == (1.0, 0.5)
    assert case.ranks == {"dense": 1, "fused": 1, "ensemble": 2}
    assert case.why.endswith("Without freshness it would be 1.")
    assert case.evidence == (
        "new.md, not labelled as relevant: Re-ranker 0.73 | Freshness +1.00 | Final rank 1",
        "old.md, relevant: Re-ranker 0.73 | Freshness -0.50 | Final rank 2",
    )
