"""The ensemble's guarantees, for any relevance and any boosts."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.candidate import Candidate, Signal
from ranking.ensemble import Ensemble, EnsembleWeights, combine
from ranking.signals.freshness import Freshness
from storage.scope import Scope
from tests.ranking.candidates import a_candidate

WEIGHTS = EnsembleWeights(bound=2.0, boosts={"freshness": 0.6, "feedback": 0.4}, version="test")
unit = st.floats(-1, 1)
logits = st.floats(-12, 12)
rows = st.lists(st.tuples(logits, unit, unit), min_size=1, max_size=12)


def _candidate(number: int, relevance: float) -> Candidate:
    candidate = a_candidate(f"c{number:02}", fused_rank=number + 1)
    return candidate.with_signal("cross_encoder", Signal(relevance, 0.5, relevance))


def _ranked(rows: list[tuple[float, float, float]], order: list[int] | None = None) -> list[Candidate]:
    positions = order if order is not None else list(range(len(rows)))
    return combine(
        [_candidate(i, rows[i][0]) for i in positions],
        [{"freshness": Signal(1, rows[i][1]), "feedback": Signal(1, rows[i][2])} for i in positions],
        WEIGHTS,
    )


@given(rows)
def test_a_relevance_lead_over_the_bound_is_never_overturned(rows: list[tuple[float, float, float]]) -> None:
    ranked = _ranked(rows)

    for above, below in itertools.pairwise(ranked):
        assert below.relevance - above.relevance <= WEIGHTS.bound + 1e-9


@given(rows)
def test_contributions_add_up_to_the_score(rows: list[tuple[float, float, float]]) -> None:
    for candidate in _ranked(rows):
        assert candidate.score == sum(signal.contribution for signal in candidate.signals.values())


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(
    rows: list[tuple[float, float, float]], chance: random.Random
) -> None:
    shuffled = list(range(len(rows)))
    chance.shuffle(shuffled)

    assert [c.id for c in _ranked(rows)] == [c.id for c in _ranked(rows, shuffled)]


@given(rows, st.data())
def test_a_better_signal_never_lowers_a_rank(
    rows: list[tuple[float, float, float]], data: st.DataObject
) -> None:
    chosen = data.draw(st.integers(0, len(rows) - 1))
    signal = data.draw(st.integers(0, 2))
    before = {c.id: c.ranks["ensemble"] for c in _ranked(rows)}
    better = list(rows[chosen])
    better[signal] = data.draw(st.floats(better[signal], 12 if signal == 0 else 1))
    raised = [*rows[:chosen], (better[0], better[1], better[2]), *rows[chosen + 1 :]]
    after = {c.id: c.ranks["ensemble"] for c in _ranked(raised)}

    assert after[f"c{chosen:02}"] <= before[f"c{chosen:02}"]


def test_equal_scores_keep_the_fused_order() -> None:
    assert [c.id for c in _ranked([(1.0, 0.0, 0.0)] * 3, [2, 0, 1])] == ["c00", "c01", "c02"]


def test_the_cross_encoder_alone_decides_when_asked_to() -> None:
    candidates = [_candidate(0, 1.0), _candidate(1, 1.1)]
    boosts = [{"freshness": Signal(1, 1.0)}, {"freshness": Signal(1, -1.0)}]

    assert [c.id for c in combine(candidates, boosts, WEIGHTS, "cross_encoder")] == ["c01", "c00"]
    assert [c.id for c in combine(candidates, boosts, WEIGHTS, "ensemble")] == ["c00", "c01"]


def test_a_signal_without_a_weight_is_kept_and_counts_nothing() -> None:
    [candidate] = combine([_candidate(0, 1.0)], [{"novelty": Signal(7.0, 1.0)}], WEIGHTS)

    assert candidate.signals["novelty"] == Signal(7.0, 1.0, 0.0)
    assert candidate.score == 1.0


@pytest.mark.parametrize("boosts", [{"freshness": 1.1}, {"freshness": -0.1}, {"a": 0.6, "b": 0.6}])
def test_weights_that_could_break_the_bound_are_refused(boosts: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="C/2"):
        EnsembleWeights(bound=2.0, boosts=boosts, version="test")


def test_the_stage_prefers_the_newer_of_two_equally_relevant_passages() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    old = a_candidate("old", 1, now - timedelta(days=900)).with_signal("cross_encoder", Signal(2.0, 0.9, 2.0))
    new = a_candidate("new", 2, now - timedelta(days=3)).with_signal("cross_encoder", Signal(2.0, 0.9, 2.0))
    stage = Ensemble([Freshness()])

    def order(half_life: float | None) -> list[str]:
        ranked = stage.run(
            [old, new],
            question="?",
            dense=np.zeros(2, np.float32),
            scope=Scope({"handbook": 1}, frozenset()),
            now=now,
            half_lives={"handbook": half_life},
            weights=WEIGHTS,
        )
        return [c.id for c in ranked["candidates"]]

    assert order(365.0) == ["new", "old"]
    assert order(None) == ["old", "new"]
