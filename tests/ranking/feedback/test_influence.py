from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.feedback.influence import expected_looks, vote_weight


@pytest.mark.parametrize(("position", "looks"), [(1, 1.0), (2, 0.5), (10, 0.1), (0, 1.0)])
def test_looks_fall_with_the_place(position: int, looks: float) -> None:
    assert expected_looks(position) == looks


def test_a_first_vote_weighs_one_and_further_ones_on_the_passage_fall_as_the_square() -> None:
    assert [vote_weight(n, n) for n in range(3)] == pytest.approx([1.0, 1 / 4, 1 / 9])


def test_all_votes_of_one_person_together_weigh_at_most_a_thousand() -> None:
    assert sum(vote_weight(0, n) for n in range(100_000)) < 1_000


@given(st.lists(st.booleans(), max_size=60))
def test_withdrawing_and_voting_again_wins_nothing(takes_back: list[bool]) -> None:
    """Whatever the order of votes and withdrawals of the oldest, what stands weighs less than 1.65."""
    standing: list[float] = []
    for take_back in takes_back:
        if take_back and standing:
            standing.pop(0)
        else:
            standing.append(vote_weight(len(standing), len(standing)))
        assert sum(standing) < 1.65
