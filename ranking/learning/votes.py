"""Votes as labels: questions whose passages people found right, to learn from like judged ones.

A passage is relevant where the Beta(1, 1) posterior of being liked, after U weighed up-votes and D
down-votes, probably lies above one half: P(Beta(1 + U, 1 + D) > 1/2) is 0.75 for a single vote and 0.5 for
a contested passage. What nobody voted on counts as not relevant, as what
assessors did not pool does; that favours the order people were shown, so that learning moves less, not more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from scipy.special import betainc

from ranking.evaluation.evaluation_set import Question, Quotation
from storage.feedback.votes import Standing

CONFIDENCE = 0.7
# Signals made of votes: on a question that is learned from, they would tell its labels.
OF_VOTES = ("feedback", "authority")


def liked(ups: float, downs: float) -> float:
    """Probability that more than half of the people would like it."""
    return float(1.0 - betainc(1.0 + max(ups, 0.0), 1.0 + max(downs, 0.0), 0.5))


def voted_questions(standing: Iterable[Standing], besides: Collection[str] = ()) -> tuple[Question, ...]:
    """Questions with a passage that people like; those whose keys are among `besides` are left out."""
    found: defaultdict[str, list[Standing]] = defaultdict(list)
    for one in standing:
        if one.question_key not in besides and liked(one.ups, one.downs) >= CONFIDENCE:
            found[one.question_key].append(one)
    return tuple(
        Question(
            id=key,
            text=passages[0].question,
            labels={one.document: 1 for one in passages},
            quotations=tuple(Quotation(one.document, one.text, 1) for one in passages),
        )
        for key, passages in found.items()
    )
