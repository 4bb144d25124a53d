"""The ensemble's guarantees, for any relevance and any boosts."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.candidate import Candidate, Signal
from ranking.ensemble import Ensemble, EnsembleWeights, combine, on_grid
from ranking.signals.freshness import Freshness
from ranking.signals.superseded import Replacement
from storage.scope import Scope
from tests.ranking.candidates import a_candidate

WEIGHTS = EnsembleWeights(
    bound=2.0, boosts={"freshness": 0.5, "feedback": 0.3, "superseded": 0.2}, version="test"
)
Row = tuple[float, float, float]
unit = st.floats(-1, 1)
logits = st.floats(-12, 12)
rows = st.lists(st.tuples(logits, unit, unit), min_size=1, max_size=12)
shares = st.lists(st.floats(0, 1), min_size=2, max_size=2)


def _candidate(number: int, relevance: float) -> Candidate:
    candidate = a_candidate(f"c{number:02}", fused_rank=number + 1)
    return candidate.with_signal("cross_encoder", Signal(relevance, 0.5, relevance))


def _ranked(
    rows: Sequence[tuple[float, float | None, float | None]],
    order: list[int] | None = None,
    replaced: Mapping[int, int] | None = None,
    weights: EnsembleWeights = WEIGHTS,
) -> list[Candidate]:
    positions = order if order is not None else list(range(len(rows)))
    return combine(
        [_candidate(i, rows[i][0]) for i in positions],
        [{"freshness": Signal(1, rows[i][1]), "feedback": Signal(1, rows[i][2])} for i in positions],
        weights,
        replaced={f"c{old:02}": Replacement(f"c{new:02}", 0.9) for old, new in (replaced or {}).items()},
    )


@st.composite
def rows_replaced(draw: st.DrawFn) -> tuple[list[Row], dict[int, int]]:
    """Rows, and for some of them an earlier one to stand behind: chains, and never circles."""
    made = draw(rows)
    behind = {i: draw(st.integers(0, i - 1)) for i in range(1, len(made)) if draw(st.booleans())}
    return made, behind


Made = tuple[list[Row], dict[int, int]]


@given(rows_replaced())
def test_a_relevance_lead_over_the_bound_is_never_overturned(made: Made) -> None:
    ranked = _ranked(made[0], replaced=made[1])

    for above, below in itertools.pairwise(ranked):
        assert below.relevance - above.relevance <= WEIGHTS.bound + 1e-9


@given(rows_replaced())
def test_contributions_add_up_to_the_score(made: Made) -> None:
    for candidate in _ranked(made[0], replaced=made[1]):
        assert candidate.score == sum(signal.contribution for signal in candidate.signals.values())


@given(rows_replaced())
def test_what_is_replaced_stands_behind_as_far_as_its_step_reaches(made: Made) -> None:
    weight = on_grid(WEIGHTS.boosts["superseded"])
    ranked = {c.id: c for c in _ranked(made[0], replaced=made[1])}
    plain = {c.id: c.score for c in _ranked(made[0])}

    for old, new in made[1].items():
        one, by = ranked[f"c{old:02}"], ranked[f"c{new:02}"]
        step, lead = one.signals["superseded"].contribution, plain[one.id] - by.score
        if lead <= weight - 1e-5:
            assert by.ranks["ensemble"] < one.ranks["ensemble"]
        else:
            assert step == -weight or lead < weight
        assert -weight <= step <= 0
        assert step == 0 or lead > -1e-5


@given(rows_replaced(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(made: Made, chance: random.Random) -> None:
    rows, replaced = made
    shuffled = list(range(len(rows)))
    chance.shuffle(shuffled)

    assert [c.id for c in _ranked(rows, None, replaced)] == [c.id for c in _ranked(rows, shuffled, replaced)]


@given(rows_replaced(), st.data())
def test_a_better_signal_never_lowers_a_rank(made: Made, data: st.DataObject) -> None:
    rows, replaced = made
    chosen = data.draw(st.integers(0, len(rows) - 1))
    signal = data.draw(st.integers(0, 2))
    before = {c.id: c.ranks["ensemble"] for c in _ranked(rows, None, replaced)}
    better = list(rows[chosen])
    better[signal] = data.draw(st.floats(better[signal], 12 if signal == 0 else 1))
    raised = [*rows[:chosen], (better[0], better[1], better[2]), *rows[chosen + 1 :]]
    after = {c.id: c.ranks["ensemble"] for c in _ranked(raised, None, replaced)}

    assert after[f"c{chosen:02}"] <= before[f"c{chosen:02}"]


def test_a_step_back_is_as_long_as_needed() -> None:
    near = _ranked([(1.0, 0, 0), (1.1, 0, 0)], None, {1: 0})
    far = _ranked([(1.0, 0, 0), (3.0, 0, 0)], None, {1: 0})

    assert [c.id for c in near] == ["c00", "c01"]
    assert near[1].signals["superseded"].contribution == pytest.approx(-0.1, abs=1e-5)
    assert near[1].signals["superseded"].normalised == pytest.approx(-0.5, abs=1e-4)
    assert [c.id for c in far] == ["c01", "c00"]
    assert far[0].signals["superseded"] == Signal(0.9, -1.0, -on_grid(0.2))


@given(st.floats(0, 8), shares, st.lists(st.tuples(logits, unit, unit), min_size=2, max_size=8))
def test_the_bound_holds_for_every_ranker_that_can_be_made(
    bound: float, shares: list[float], rows: list[tuple[float, float, float]]
) -> None:
    """Whatever C and whatever weights within it: `r_a - r_b > C` puts a before b."""
    scale = bound / 2 / max(sum(shares), 1.0)
    boosts = {name: share * scale for name, share in zip(("freshness", "feedback"), shares, strict=True)}
    ranked = _ranked(rows, weights=EnsembleWeights(bound, boosts, "any"))

    for above, below in itertools.combinations(ranked, 2):
        assert below.relevance - above.relevance <= bound + 1e-9


@given(rows, st.data())
def test_an_unknown_signal_counts_as_neutral(
    rows: list[tuple[float, float, float]], data: st.DataObject
) -> None:
    chosen = data.draw(st.integers(0, len(rows) - 1))
    relevance, _, feedback = rows[chosen]
    unknown = [*rows[:chosen], (relevance, None, feedback), *rows[chosen + 1 :]]
    neutral = [*rows[:chosen], (relevance, 0.0, feedback), *rows[chosen + 1 :]]

    assert [(c.id, c.score) for c in _ranked(unknown)] == [(c.id, c.score) for c in _ranked(neutral)]


@given(
    st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=2, max_size=12), st.randoms(use_true_random=False)
)
def test_ties_fall_the_same_way_each_time(relevances: list[float], chance: random.Random) -> None:
    """Equal scores by fused rank, so that no order of arrival and no run decides."""
    rows = [(relevance, 0.0, 0.0) for relevance in relevances]
    shuffled = list(range(len(rows)))
    chance.shuffle(shuffled)
    ranked = _ranked(rows, shuffled)

    assert ranked == _ranked(rows)
    for above, below in itertools.pairwise(ranked):
        assert (-above.score, above.ranks["fused"]) < (-below.score, below.ranks["fused"])


@given(rows)
def test_ranks_count_from_one_without_a_gap(rows: list[tuple[float, float, float]]) -> None:
    assert [c.ranks["ensemble"] for c in _ranked(rows)] == list(range(1, len(rows) + 1))


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
