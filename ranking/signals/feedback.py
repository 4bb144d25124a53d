"""Feedback: votes on a passage for this question and for questions like it, shrunk towards neutral.

    U = sum of k(q) * 2^(-age / half_life) * w over the up-votes, D the same over the down-votes,
    L the same over the looks the passage could expect where it was shown (1/rank each)
    v = (U - D) / (U + D + s + r * L)

This is `2 * mean - 1` of a Beta(s/2, s/2) prior after U likes and D dislikes (Beta-binomial shrinkage), to
which a look without a vote adds r of a neutral vote. Looks as denominator are "clicks over expected
clicks" (Zhang and Jones, WWW 2007): a vote at the tenth place, where few look, tells more than one at the
first. k is a kernel on the cosine of the questions' embeddings (Nadaraya-Watson). v stays inside -1..1
however many vote.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ranking.candidate import Candidate, Signal
from ranking.evaluation.passages import HELD_SHARE, words
from ranking.signals.boost import QuestionContext
from storage.chunk import Chunk
from storage.feedback.evidence import Tally
from storage.feedback.records import DAYS_A_MONTH, Quotation, month_of

NAME = "feedback"
PRIOR_VOTES = 3.0
LOOK_SHARE = 0.02
HALF_LIFE_DAYS = 180.0
VOTES_KEPT_DAYS = 5 * HALF_LIFE_DAYS  # by then a vote counts 1/32
LEAST_SIMILARITY = 0.85  # below, questions alike in subject ask for other passages
NEIGHBOURS = 64


@dataclass(frozen=True, slots=True)
class Votes:
    """Weighed sums: what people liked, disliked, and could be expected to have looked at."""

    ups: float = 0.0
    downs: float = 0.0
    looks: float = 0.0


def feedback(votes: Votes, prior: float = PRIOR_VOTES, look_share: float = LOOK_SHARE) -> Signal:
    """Raw is the balance of weighed votes; without any, unknown and neutral."""
    if votes.ups <= 0 and votes.downs <= 0:
        return Signal(None, 0.0)
    balance = votes.ups - votes.downs
    return Signal(balance, balance / (votes.ups + votes.downs + prior + look_share * votes.looks))


def similarity_weight(cosine: float, least: float = LEAST_SIMILARITY) -> float:
    """The kernel: 1 for the same question, falling in proportion to 0 at `least`."""
    return min(max((cosine - least) / (1.0 - least), 0.0), 1.0)


def age_weight(months: int, half_life_days: float = HALF_LIFE_DAYS) -> float:
    """Halves with every half-life; what seems to come from the future counts as of now."""
    return math.pow(2.0, -max(months, 0) * DAYS_A_MONTH / half_life_days)


def share_held(chunk: Chunk, quotation: Quotation) -> float:
    """How much of a vote on the quotation the chunk inherits, 0 to 1.

    All where it holds 80 % of the words, as passages are judged. A smaller piece of what was quoted
    inherits in proportion, so that votes survive chunks cut anew in either direction.
    """
    if chunk.set != quotation.set or chunk.document_id != quotation.document_id:
        return 0.0
    if chunk.text == quotation.text:
        return 1.0
    quoted, own = words(quotation.text), words(chunk.text)
    common = len(quoted & words(chunk.contextual_text))
    if not quoted or common >= HELD_SHARE * len(quoted):
        return 1.0 if quoted else 0.0
    return common / len(quoted) if len(quoted & own) >= HELD_SHARE * len(own) else 0.0


def gathered(tallies: Iterable[Tally], weights: Mapping[str, float], month: int) -> Mapping[str, Votes]:
    """Quotation id -> its votes, weighed by likeness of question (`weights`, by key) and by age."""
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for tally in tallies:
        weight = weights[tally.question_key] * age_weight(month - tally.month)
        for place, value in enumerate((tally.ups, tally.downs, tally.looks)):
            sums[tally.quotation_id][place] += weight * max(value, 0.0)
    return {quotation_id: Votes(*three) for quotation_id, three in sums.items()}


def inherited(chunk: Chunk, votes: Mapping[str, Votes], quotations: Mapping[str, Quotation]) -> Votes:
    """What the chunk has of the votes on the quotations of its document."""
    ups = downs = looks = 0.0
    for quotation_id, quotation in quotations.items():
        share = share_held(chunk, quotation)
        if share > 0:
            of = votes[quotation_id]
            ups, downs, looks = ups + share * of.ups, downs + share * of.downs, looks + share * of.looks
    return Votes(ups, downs, looks)


class PastQuestions(Protocol):
    """Question key -> cosine similarity of the nearest past questions about these sets."""

    def nearest(
        self, dense: NDArray[np.float32], sets: Collection[str], limit: int
    ) -> Mapping[str, float]: ...


class PastVotes(Protocol):
    """Tallies of these questions on these documents (set, id), and the passages voted on, by id."""

    def tallies(
        self, question_keys: Collection[str], of: Collection[tuple[str, str]]
    ) -> tuple[list[Tally], Mapping[str, Quotation]]: ...


class Feedback:
    """The boost. Only votes on the candidates' documents are read, so only on what the asker may read."""

    name = NAME

    def __init__(self, questions: PastQuestions, votes: PastVotes) -> None:
        self._questions = questions
        self._votes = votes

    def measure(self, candidates: Sequence[Candidate], context: QuestionContext) -> list[Signal]:
        found = self._questions.nearest(context.dense, context.scope.generations.keys(), NEIGHBOURS)
        similar = {key: similarity_weight(cosine) for key, cosine in found.items()}
        weights = {key: weight for key, weight in similar.items() if weight > 0}
        of = {(c.chunk.set, c.chunk.document_id) for c in candidates}
        tallies, quotations = self._votes.tallies(weights.keys(), of)
        votes = gathered(tallies, weights, month_of(context.now))
        return [feedback(inherited(c.chunk, votes, quotations)) for c in candidates]
