"""Feedback simulated from relevance labels: what votes bring to questions that nobody voted on.

    python -m benchmarks.feedback --data DATA/companies

Half of the questions are voted on, by the rules below; NDCG@5 by passage is measured on both halves. A
person asks one of the voted-on questions, looks at place p of the ranking without feedback with probability
1/p, and says of the first ten what was looked at: the truth by the quoted passages, or its contrary with
probability `--noise`. Hostile voters always say the contrary. Each vote is another person's. "bound" gives
every passage the worst feedback there can be: the signal at -1 where it is relevant, at +1 where not.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.freshness import interval
from benchmarks.ranked_questions import Asked, ask, sample
from rag_app.application import ANONYMOUS, Application
from rag_app.evaluation import CORPUS_SET, own_store
from rag_app.jobs.progress import no_progress
from ranking import defaults
from ranking.candidate import Candidate, Signal
from ranking.evaluation.datasets import read_dataset
from ranking.evaluation.passages import passage_relevance
from ranking.feedback.influence import expected_looks
from ranking.signals.feedback import feedback, gathered, inherited, similarity_weight
from storage.feedback.evidence import Tally
from storage.feedback.records import Quotation

SEED = 20_260_101
PLACES = 10
VOTES = (100, 300, 1_000, 3_000, 10_000)
HOSTILE = (0.0, 0.2, 0.4)
WEIGHTS = {"feedback": defaults.ENSEMBLE.boosts["feedback"]}


@dataclass
class Poll:
    """Votes cast so far: question position -> passage id -> [ups, downs, looks]."""

    quotations: dict[str, Quotation] = field(default_factory=dict)
    sums: dict[int, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: [0.0, 0.0, 0.0]))
    )

    def tallies(self, questions: Sequence[int]) -> list[Tally]:
        return [
            Tally(str(q), passage, 0, *three) for q in questions for passage, three in self.sums[q].items()
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=0, help="sampled; 0 for all")
    parser.add_argument("--noise", type=float, default=0.2)
    arguments = parser.parse_args()
    with own_store(arguments.data, read_dataset(arguments.data), no_progress) as (application, evaluation):
        chunks = dict(application.documents.index.scan(CORPUS_SET, _live(application)))
        grades = passage_relevance(evaluation.answerable, chunks).grades
        held = [question for question in evaluation.answerable if grades.get(question.id)]
        questions = [
            replace(question, labels=grades[question.id])
            for question in sample(held, arguments.questions, SEED)
        ]
        asked = ask(application, questions, CORPUS_SET, datetime(2026, 1, 1, tzinfo=UTC))
    halves = np.random.default_rng(SEED).permutation(len(asked))
    voted, others = sorted(halves[::2].tolist()), sorted(halves[1::2].tolist())
    dense = np.stack([one.context.dense for one in asked])
    cosines = (dense / np.linalg.norm(dense, axis=1, keepdims=True)) @ (
        dense / np.linalg.norm(dense, axis=1, keepdims=True)
    ).T
    near = sum(any(similarity_weight(cosines[i, j]) > 0 for j in voted) for i in others)
    print(f"{arguments.data.name}: {len(voted)} questions voted on, {len(others)} others,")
    print(f"{near} of which are like a voted-on one; noise {arguments.noise:.0%}\n")
    print("| hostile | votes | NDCG@5 of others | 95 % of the change | NDCG@5 of voted on | change |")
    print("| ---: | ---: | ---: | --- | ---: | ---: |")
    for hostile in HOSTILE:
        _rows(asked, voted, others, cosines, arguments.noise, hostile)
    _bound(asked, others)


def _rows(
    asked: Sequence[Asked],
    voted: Sequence[int],
    others: Sequence[int],
    cosines: np.ndarray,
    noise: float,
    hostile: float,
) -> None:
    random = np.random.default_rng(SEED)
    poll, cast = Poll(), 0
    before = {i: ndcg(asked[i], asked[i].ranked({}, {})) for i in range(len(asked))}
    for votes in VOTES:
        while cast < votes:
            cast += visit(poll, asked, int(random.choice(voted)), noise, hostile, random)
        after = {i: ndcg(asked[i], with_votes(poll, asked, i, voted, cosines)) for i in range(len(asked))}
        change = np.array([after[i] - before[i] for i in others])
        low, high = interval(change, random)
        own = np.mean([after[i] for i in voted]), np.mean([after[i] - before[i] for i in voted])
        mean = np.mean([after[i] for i in others])
        print(
            f"| {hostile:.0%} | {votes:,} | {mean:.4f} ({change.mean():+.4f}) | [{low:+.4f}, {high:+.4f}] "
            f"| {own[0]:.4f} | {own[1]:+.4f} |"
        )


def visit(
    poll: Poll,
    asked: Sequence[Asked],
    question: int,
    noise: float,
    hostile: float,
    random: np.random.Generator,
) -> int:
    """One person asks one question; returns how many votes that gave."""
    one, votes = asked[question], 0
    is_hostile = random.random() < hostile
    for place, candidate in enumerate(one.ranked({}, {})[:PLACES], start=1):
        quotation = _quotation(candidate)
        poll.quotations[quotation.id] = quotation
        sums = poll.sums[question][quotation.id]
        sums[2] += expected_looks(place)
        if random.random() < expected_looks(place):
            truth = candidate.id in one.question.labels
            liked = truth != (is_hostile or random.random() < noise)
            sums[0 if liked else 1] += 1
            votes += 1
    return votes


def with_votes(
    poll: Poll, asked: Sequence[Asked], question: int, voted: Sequence[int], cosines: np.ndarray
) -> list[Candidate]:
    similar = {j: similarity_weight(float(cosines[question, j])) for j in voted}
    weights = {str(j): weight for j, weight in similar.items() if weight > 0}
    votes = gathered(poll.tallies([int(key) for key in weights]), weights, 0)
    quotations: Mapping[str, Quotation] = {id_: poll.quotations[id_] for id_ in votes}
    one = asked[question]
    signals = [feedback(inherited(c.chunk, votes, quotations)) for c in one.candidates]
    return one.ranked({"feedback": signals}, WEIGHTS)


def ndcg(one: Asked, ranked: Sequence[Candidate], depth: int = 5) -> float:
    """By passage: the labels of `one` are those of passages."""
    grades = [one.question.labels.get(candidate.id, 0) for candidate in ranked[:depth]]
    ideal = sorted(one.question.labels.values(), reverse=True)[:depth]
    gain, best = (sum(g / math.log2(i + 2) for i, g in enumerate(row)) for row in (grades, ideal))
    return gain / best


def _live(application: Application) -> int:
    return application.answers.sets.pin(ANONYMOUS, [CORPUS_SET])[CORPUS_SET]


def _bound(asked: Sequence[Asked], others: Sequence[int]) -> None:
    values = []
    for i in others:
        one = asked[i]
        worst = [Signal(0.0, -1.0 if c.id in one.question.labels else 1.0) for c in one.candidates]
        values.append(ndcg(one, one.ranked({"feedback": worst}, WEIGHTS)))
    before = np.mean([ndcg(asked[i], asked[i].ranked({}, {})) for i in others])
    print(f"| bound | | {np.mean(values):.4f} ({np.mean(values) - before:+.4f}) | | | |")
    print(f"\nwithout feedback {before:.4f}")


def _quotation(candidate: Candidate) -> Quotation:
    chunk = candidate.chunk
    return Quotation(chunk.set, chunk.document_id, chunk.text, chunk.start, chunk.end)


if __name__ == "__main__":
    main()
