from __future__ import annotations

from ranking.evaluation.evaluation_set import EvaluationSet, Question
from ranking.evaluation.refusal import Refusal, refusal

ANSWERABLE = tuple(Question(f"a{number}", "?", {"d": 1}) for number in range(4))
UNANSWERABLE = tuple(Question(f"u{number}", "?") for number in range(2))


def test_shares_worked_out_by_hand() -> None:
    evaluation = EvaluationSet("gold", ANSWERABLE + UNANSWERABLE)
    best = {"a0": 0.9, "a1": 0.5, "a2": 0.49, "a3": 0.8, "u0": 0.1, "u1": 0.7}
    # refused are a2 and u0
    assert refusal(evaluation, best, 0.5) == Refusal(
        0.5, 4, 2, precision=0.5, recall=0.5, wrongly_refused=0.25
    )


def test_a_question_without_candidates_is_refused() -> None:
    assert refusal(EvaluationSet("gold", UNANSWERABLE), {}, 0.5) == Refusal(0.5, 0, 2, 1.0, 1.0, None)


def test_nothing_refused_has_no_precision() -> None:
    best = {"a0": 1.0, "a1": 1.0, "a2": 1.0, "a3": 1.0}
    assert refusal(EvaluationSet("gold", ANSWERABLE), best, 0.5) == Refusal(0.5, 4, 0, None, None, 0.0)
