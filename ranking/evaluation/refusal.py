"""How well the refusal threshold tells questions that the documents answer from those they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ranking.evaluation.evaluation_set import EvaluationSet


@dataclass(frozen=True, slots=True)
class Refusal:
    """Refusing is the positive decision; a share is None where there is nothing to take it of.

    `precision`: of the refused, those without an answer. `recall`: of those without one, the refused.
    `wrongly_refused`: of the answerable, the refused.
    """

    threshold: float
    answerable: int
    unanswerable: int
    precision: float | None
    recall: float | None
    wrongly_refused: float | None


def refusal(evaluation: EvaluationSet, best: Mapping[str, float], threshold: float) -> Refusal:
    """`best`: question id -> probability of its best candidate; refused are those below `threshold`."""

    def refused(question_id: str) -> bool:
        return best.get(question_id, 0.0) < threshold

    right = sum(refused(question.id) for question in evaluation.unanswerable)
    wrong = sum(refused(question.id) for question in evaluation.answerable)
    answerable, unanswerable = len(evaluation.answerable), len(evaluation.unanswerable)
    return Refusal(
        threshold,
        answerable,
        unanswerable,
        precision=_share(right, right + wrong),
        recall=_share(right, unanswerable),
        wrongly_refused=_share(wrong, answerable),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
