from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ranking.candidate import Candidate
from ranking.signals.boost import QuestionContext
from ranking.signals.feedback import (
    LOOK_SHARE,
    PRIOR_VOTES,
    Feedback,
    Votes,
    age_weight,
    feedback,
    gathered,
    share_held,
    similarity_weight,
)
from storage.chunk import Chunk
from storage.feedback.evidence import Tally
from storage.feedback.records import Quotation, month_of
from storage.scope import Scope

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TEXT = "Staff in Graz have twenty five days of annual leave and four more after ten years of service"
QUOTED = Quotation("handbook", "leave.md", TEXT, 0, len(TEXT))
amounts = st.floats(0, 1e6)


def _chunk(text: str = TEXT, document: str = "leave.md") -> Chunk:
    return Chunk("handbook", document, 0, text, "Leave")


def test_votes_are_shrunk_towards_neutral() -> None:
    assert feedback(Votes(), prior=4).normalised == 0.0
    assert feedback(Votes(ups=1), prior=4).normalised == pytest.approx(1 / 5)
    assert feedback(Votes(ups=6, downs=2), prior=4).normalised == pytest.approx(4 / 12)
    assert feedback(Votes(downs=4), prior=4).normalised == pytest.approx(-1 / 2)


def test_the_same_votes_mean_less_where_many_looked() -> None:
    signal = feedback(Votes(ups=2, looks=50), prior=4, look_share=0.02)

    assert signal.raw == 2.0
    assert signal.normalised == pytest.approx(2 / 7)


def test_a_million_votes_on_one_passage_stay_in_bounds() -> None:
    assert 0.99 < (feedback(Votes(ups=1e6)).normalised or 0) < 1.0
    assert -1.0 < (feedback(Votes(downs=1e6)).normalised or 0) < -0.99


@given(amounts, amounts, amounts, amounts)
def test_a_like_never_lowers_and_a_dislike_never_raises(
    ups: float, downs: float, looks: float, more: float
) -> None:
    before = feedback(Votes(ups, downs, looks)).normalised or 0.0
    liked = feedback(Votes(ups + more, downs, looks)).normalised or 0.0
    disliked = feedback(Votes(ups, downs + more, looks)).normalised or 0.0

    assert disliked - 1e-12 <= before <= liked + 1e-12
    assert -1.0 <= disliked <= liked <= 1.0


@pytest.mark.parametrize(("cosine", "weight"), [(1.0, 1.0), (0.9, 0.5), (0.8, 0.0), (0.3, 0.0), (1.01, 1.0)])
def test_questions_count_in_proportion_to_their_likeness(cosine: float, weight: float) -> None:
    assert similarity_weight(cosine, least=0.8) == pytest.approx(weight)


def test_votes_fade_and_those_of_the_future_count_as_of_now() -> None:
    assert age_weight(6, half_life_days=180) == pytest.approx(0.5)
    assert age_weight(-12) == 1.0


def test_votes_are_gathered_by_likeness_and_age() -> None:
    month = month_of(NOW)
    tallies = [
        Tally("same", "q1", month, 2.0, 0.0, 1.0),
        Tally("like", "q1", month - 6, 4.0, 1.0, 8.0),
        Tally("like", "q2", month, -1e-12, 1.0, 0.0),
    ]

    votes = gathered(tallies, {"same": 1.0, "like": 0.5}, month)

    assert votes["q1"] == Votes(3.0, 0.25, 3.0)
    assert votes["q2"] == Votes(0.0, 0.5, 0.0)


class TestVotesSurviveOtherChunks:
    def test_a_larger_chunk_inherits_all(self) -> None:
        assert share_held(_chunk(f"Before it. {TEXT} And what follows."), QUOTED) == 1.0

    def test_a_border_may_cost_some_words(self) -> None:
        assert share_held(_chunk(TEXT.removesuffix(" of service")), QUOTED) == 1.0

    def test_a_smaller_chunk_inherits_in_proportion(self) -> None:
        first = "Staff in Graz have twenty five days of annual leave"
        words = len(set(TEXT.lower().split()))

        assert share_held(_chunk(first), QUOTED) == pytest.approx(len(set(first.lower().split())) / words)

    def test_other_words_of_the_document_inherit_nothing(self) -> None:
        assert (
            share_held(_chunk("Sickness is reported by nine in the morning of the first day"), QUOTED) == 0.0
        )

    def test_the_same_words_of_another_document_inherit_nothing(self) -> None:
        assert share_held(_chunk(document="other.md"), QUOTED) == 0.0

    def test_a_quotation_without_words_means_nothing(self) -> None:
        assert share_held(_chunk(), replace(QUOTED, text="---")) == 0.0


class _Past:
    """One past question, `likeness` to the one asked, with ten likes and as many looks on QUOTED."""

    def __init__(self, likeness: float) -> None:
        self.likeness = likeness
        self.asked_about: set[tuple[str, str]] = set()

    def nearest(
        self,
        dense: NDArray[np.float32],  # noqa: ARG002
        sets: Collection[str],
        limit: int,  # noqa: ARG002
    ) -> Mapping[str, float]:
        return {"past": self.likeness} if "handbook" in sets else {}

    def tallies(
        self, question_keys: Collection[str], of: Collection[tuple[str, str]]
    ) -> tuple[list[Tally], Mapping[str, Quotation]]:
        self.asked_about = set(of)
        if "past" not in question_keys or (QUOTED.set, QUOTED.document_id) not in of:
            return [], {}
        return [Tally("past", QUOTED.id, month_of(NOW), 10.0, 0.0, 10.0)], {QUOTED.id: QUOTED}


def _measured(past: _Past, sets: Mapping[str, int]) -> list[float | None]:
    candidates = [
        Candidate("a", _chunk(), {"fused": 1}),
        Candidate("b", _chunk("Nothing of the kind"), {"fused": 2}),
        Candidate("c", _chunk(document="other.md"), {"fused": 3}),
    ]
    context = QuestionContext("?", np.zeros(2, np.float32), Scope(sets, frozenset()), NOW, {})
    return [signal.normalised for signal in Feedback(past, past).measure(candidates, context)]


def test_votes_on_a_similar_question_lift_the_passage_they_were_on() -> None:
    past = _Past(0.925)  # halfway from 0.85 to 1

    lifted = 5.0 / (5.0 + PRIOR_VOTES + LOOK_SHARE * 5.0)
    assert _measured(past, {"handbook": 1}) == [pytest.approx(lifted), 0.0, 0.0]
    assert past.asked_about == {("handbook", "leave.md"), ("handbook", "other.md")}


def test_votes_on_another_question_or_in_sets_not_asked_mean_nothing() -> None:
    assert _measured(_Past(0.7), {"handbook": 1}) == [0.0, 0.0, 0.0]
    assert _measured(_Past(1.0), {"secret": 1}) == [0.0, 0.0, 0.0]
