from __future__ import annotations

import pytest

from ranking.evaluation.evaluation_set import Question, Quotation
from ranking.learning.votes import liked, voted_questions
from storage.feedback.votes import Standing


def _standing(key: str, document: str, ups: float, downs: float) -> Standing:
    return Standing(key, f"{key}?", "handbook", document, f"words of {document}", ups, downs)


def test_liked_is_the_upper_half_of_the_beta_posterior() -> None:
    assert liked(0, 0) == pytest.approx(0.5)
    assert liked(1, 0) == pytest.approx(0.75)  # 1 - 0.5^2
    assert liked(2, 0) == pytest.approx(0.875)  # 1 - 0.5^3
    assert liked(1, 1) == pytest.approx(0.5)
    assert liked(0, 1) == pytest.approx(0.25)


def test_what_people_like_is_relevant_and_what_is_contested_is_not() -> None:
    found = voted_questions(
        [
            _standing("leave", "a.md", 1.0, 0.0),
            _standing("leave", "b.md", 3.0, 3.0),
            _standing("parking", "c.md", 0.0, 2.0),
        ]
    )
    assert found == (Question("leave", "leave?", {"a.md": 1}, (Quotation("a.md", "words of a.md", 1),)),)


def test_a_vote_of_little_weight_teaches_nothing() -> None:
    assert voted_questions([_standing("leave", "a.md", 0.25, 0.0)]) == ()


def test_questions_judged_already_are_left_out() -> None:
    assert voted_questions([_standing("leave", "a.md", 5.0, 0.0)], besides={"leave"}) == ()
