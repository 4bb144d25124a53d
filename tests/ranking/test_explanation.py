from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ranking.candidate import Candidate, Signal
from ranking.ensemble import EnsembleWeights, Order, combine
from ranking.explanation import Explanation, explain, summary
from ranking.ranker import Ranker
from ranking.relevance import by_rank_alone, relevant
from tests.ranking.candidates import A_RELEVANCE_MODEL, a_candidate

RANKER = Ranker(
    A_RELEVANCE_MODEL, EnsembleWeights(bound=2.0, boosts={"freshness": 0.6, "feedback": 0.4}, version="test")
)
unit = st.floats(-1, 1)
rows = st.lists(st.tuples(st.floats(-12, 12), unit, unit), min_size=1, max_size=12)


def _boosts(rows: Sequence[tuple[float, float, float]]) -> list[dict[str, Signal]]:
    return [{"freshness": Signal(1, fresh), "feedback": Signal(1, liked)} for _, fresh, liked in rows]


def _ranked(rows: Sequence[tuple[float, float, float]], order: Order = "ensemble") -> list[Candidate]:
    candidates = [a_candidate(f"c{place:02}", place) for place in range(1, len(rows) + 1)]
    scored = relevant(candidates, [logit for logit, _, _ in rows], RANKER.relevance)
    return combine(scored, _boosts(rows), RANKER.weights, order)


@given(rows)
def test_contributions_are_the_score_exactly_in_whatever_order_they_are_summed(
    rows: list[tuple[float, float, float]],
) -> None:
    for candidate, explanation in zip(ranked := _ranked(rows), explain(ranked, RANKER), strict=True):
        contributions = [signal.contribution for signal in explanation.signals.values()]
        exact = sum(map(Fraction, contributions))
        assert sum(contributions) == sum(reversed(contributions)) == math.fsum(contributions)
        assert explanation.score == candidate.score == exact


@given(rows)
def test_the_rank_without_a_boost_is_that_of_a_ranking_without_it(
    rows: list[tuple[float, float, float]],
) -> None:
    explained = _by_id(_ranked(rows))
    silenced = _ranked([(logit, 0.0, liked) for logit, _, liked in rows])

    assert {id_: e.rank_without["freshness"] for id_, e in explained.items()} == {
        candidate.id: candidate.ranks["ensemble"] for candidate in silenced
    }


@given(rows)
def test_the_rank_without_the_cross_encoder_is_that_of_a_search_that_does_not_re_rank(
    rows: list[tuple[float, float, float]],
) -> None:
    candidates = [a_candidate(f"c{place:02}", place) for place in range(1, len(rows) + 1)]
    plain = combine(by_rank_alone(candidates, RANKER.relevance), _boosts(rows), RANKER.weights)

    assert {id_: e.rank_without["cross_encoder"] for id_, e in _by_id(_ranked(rows)).items()} == {
        candidate.id: candidate.ranks["ensemble"] for candidate in plain
    }


@given(rows)
def test_without_the_fused_rank_the_cross_encoder_has_all_the_trust(
    rows: list[tuple[float, float, float]],
) -> None:
    candidates = [a_candidate(f"c{place:02}", place) for place in range(1, len(rows) + 1)]
    alone = replace(RANKER.relevance, trust=1.0)
    trusted = combine(relevant(candidates, [row[0] for row in rows], alone), _boosts(rows), RANKER.weights)

    assert {id_: e.rank_without["fused_rank"] for id_, e in _by_id(_ranked(rows)).items()} == {
        candidate.id: candidate.ranks["ensemble"] for candidate in trusted
    }


@given(rows)
def test_where_the_cross_encoder_decides_no_boost_moves_a_rank(
    rows: list[tuple[float, float, float]],
) -> None:
    for place, explanation in enumerate(explain(_ranked(rows, "cross_encoder"), RANKER, "cross_encoder"), 1):
        assert explanation.decided_by == "cross_encoder"
        assert explanation.ranks["ensemble"] == explanation.ranks["cross_encoder"] == place
        assert {explanation.rank_without[name] for name in ("freshness", "feedback", "fused_rank")} == {place}
        assert explanation.rank_without["cross_encoder"] == explanation.ranks["fused"]


def test_without_re_ranking_the_fused_rank_cannot_be_taken_away() -> None:
    candidates = by_rank_alone([a_candidate("a", 1), a_candidate("b", 2)], RANKER.relevance)
    boosts = [{"freshness": Signal(700, -1.0)}, {"freshness": Signal(3, 1.0)}]

    ranked = combine(candidates, boosts, RANKER.weights)
    kept = combine(candidates, boosts, RANKER.weights, "cross_encoder")

    assert [e.rank_without for e in explain(ranked, RANKER)] == [{"freshness": 1}, {"freshness": 2}]
    assert [e.decided_by for e in explain(kept, RANKER, "cross_encoder")] == ["fused", "fused"]


def test_the_summary_is_all_in_one_line() -> None:
    found = Explanation(
        score=0.0,
        relevance=0.0,
        ranks={"dense": 3, "fused": 7, "ensemble": 5},
        signals={
            "cross_encoder": Signal(4.8, 0.45, -0.16),
            "fused_rank": Signal(7.0, 0.02, -0.4),
            "freshness": Signal(30.0, 0.16, 0.08),
            "user_feedback": Signal(2.0, 0.06, 0.03),
            "authority": Signal(None, 0.0, 0.0),
        },
        rank_without={},
        branch_scores={"dense": 0.9168, "bm25": 12.31},
        decided_by="ensemble",
    )
    without = {name: s for name, s in found.signals.items() if name != "cross_encoder"}

    assert (
        summary(found)
        == "Embedding 0.92 | Re-ranker 0.45 | Freshness +0.08 | User feedback +0.03 | Final rank 5"
    )
    assert summary(replace(found, decided_by="cross_encoder", branch_scores={"bm25": 12.31})) == (
        "BM25 12.3 | Re-ranker 0.45 | Final rank 5 by the re-ranker alone"
    )
    assert summary(replace(found, decided_by="fused", signals=without, branch_scores={})) == (
        "Fused rank 7 | Final rank 5 by the fused rank alone"
    )


def _by_id(ranked: Sequence[Candidate]) -> dict[str, Explanation]:
    return {c.id: e for c, e in zip(ranked, explain(ranked, RANKER), strict=True)}
