"""Judged questions as arrays: every candidate's raw signals beside its grade, so that a fit takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ranking.candidate import BRANCHES, RELEVANCE_SIGNALS, Candidate
from ranking.evaluation.evaluation_set import EvaluationSet, Question
from ranking.evaluation.passages import passage_relevance
from storage.chunk import Chunk

Floats = NDArray[np.float64]
DEPTH = 5  # of the NDCG that is optimised
DISCOUNTS = 1.0 / np.log2(np.arange(2, DEPTH + 2))


@dataclass(frozen=True)
class Grades:
    """One notion of relevance: `gains` (questions, candidates) and the `ideal` DCG@5 (questions,).

    An ideal of 0 says that the question is not judged by this notion, or that nothing answers it.
    """

    gains: Floats
    ideal: Floats

    def take(self, rows: NDArray[np.intp]) -> Self:
        return type(self)(self.gains[rows], self.ideal[rows])


@dataclass(frozen=True)
class Judged:
    """Questions as rows, candidates as columns in fused order; padding has no document (-1).

    `answerable` tells which questions anything answers; the others teach what irrelevant looks like.
    `logits` are the cross-encoder's raw outputs, `ranks` places in the fused order from 1, `fused` the fused
    rank as relevance takes it, `branches` the ranks in each branch (infinite where it did not find the
    candidate), `boosts` normalised signals by name.
    """

    questions: tuple[str, ...]
    answerable: NDArray[np.bool_]
    logits: Floats
    ranks: Floats
    fused: Floats
    branches: Mapping[str, Floats]
    boosts: Mapping[str, Floats]
    documents: NDArray[np.intp]
    levels: Mapping[str, Grades]

    def __len__(self) -> int:
        return len(self.questions)

    @property
    def real(self) -> NDArray[np.bool_]:
        """Where there is a candidate (questions, candidates)."""
        return self.documents >= 0

    def take(self, rows: NDArray[np.intp]) -> Self:
        """These questions alone, in this order."""
        return type(self)(
            tuple(self.questions[row] for row in rows),
            self.answerable[rows],
            self.logits[rows],
            self.ranks[rows],
            self.fused[rows],
            {name: ranks[rows] for name, ranks in self.branches.items()},
            {name: values[rows] for name, values in self.boosts.items()},
            self.documents[rows],
            {name: grades.take(rows) for name, grades in self.levels.items()},
        )

    def without(self, boosts: Collection[str], questions: Collection[str]) -> Self:
        """The same with these boosts silent on these questions."""
        rows = np.isin(self.questions, list(questions))
        silent = {
            name: np.where(rows[:, None], 0.0, self.boosts[name]) for name in boosts if name in self.boosts
        }
        return replace(self, boosts={**self.boosts, **silent})

    def ndcg(self, scores: Floats, level: str) -> Floats:
        """NDCG@5 (questions,) of the order that `scores` make, NaN where the level does not judge one.

        Ties keep the fused order.
        """
        grades = self.levels[level]
        order = np.argsort(-np.where(self.real, scores, -np.inf), axis=1, kind="stable")
        if level == "document":
            order = _leaders_first(order, np.take_along_axis(self.documents, order, axis=1))
        top = order[:, :DEPTH]
        gains = np.where(top >= 0, np.take_along_axis(grades.gains, np.maximum(top, 0), axis=1), 0.0)
        ideal = np.where(grades.ideal > 0, grades.ideal, np.nan)
        values: Floats = gains @ DISCOUNTS[: gains.shape[1]] / ideal
        return values


def judge(
    rankings: Mapping[str, Sequence[Candidate]], evaluation: EvaluationSet, chunks: Mapping[str, Chunk]
) -> Judged:
    """`rankings`: question id -> re-ranked candidates in any order; `chunks`: every chunk of the corpus.

    Questions without a ranking, or without a cross-encoder's scores, are left out.
    """
    asked = [q for q in evaluation.questions if _scored(rankings.get(q.id, ()))]
    found = [sorted(rankings[q.id], key=lambda candidate: candidate.ranks["fused"]) for q in asked]
    numbers = {document: n for n, document in enumerate(sorted({c.document_id for c in chunks.values()}))}
    names = sorted({name for row in found for c in row for name in c.signals} - set(RELEVANCE_SIGNALS))
    return Judged(
        tuple(q.id for q in asked),
        np.array([q.answerable for q in asked], dtype=bool),
        _padded([[c.signals["cross_encoder"].raw for c in row] for row in found], np.nan),
        _padded([[c.ranks["fused"] for c in row] for row in found], np.inf),
        _padded([[c.signals["fused_rank"].raw for c in row] for row in found], np.inf),
        {b: _padded([[c.ranks.get(b, np.inf) for c in row] for row in found], np.inf) for b in BRANCHES},
        {name: _padded([[_normalised(c, name) for c in row] for row in found], 0.0) for name in names},
        _padded([[numbers[c.chunk.document_id] for c in row] for row in found], -1).astype(np.intp),
        {
            "document": _grades(found, [q.labels for q in asked], lambda c: c.chunk.document_id),
            "passage": _grades(found, _of_passages(asked, chunks), lambda c: c.id),
        },
    )


def _scored(candidates: Sequence[Candidate]) -> bool:
    return bool(candidates) and all("cross_encoder" in candidate.signals for candidate in candidates)


def _normalised(candidate: Candidate, name: str) -> float:
    signal = candidate.signals.get(name)
    return 0.0 if signal is None or signal.normalised is None else signal.normalised


def _of_passages(asked: Sequence[Question], chunks: Mapping[str, Chunk]) -> list[Mapping[str, int]]:
    grades = passage_relevance(asked, chunks).grades
    return [grades.get(question.id, {}) for question in asked]


def _grades(
    found: Sequence[Sequence[Candidate]],
    labels: Sequence[Mapping[str, int]],
    key: Callable[[Candidate], str],
) -> Grades:
    gains = [[graded.get(key(c), 0) for c in row] for row, graded in zip(found, labels, strict=True)]
    return Grades(_padded(gains, 0.0), np.array([_ideal(graded.values()) for graded in labels]))


def _ideal(grades: Iterable[int]) -> float:
    best = sorted(grades, reverse=True)[:DEPTH]
    return float(np.dot(best, DISCOUNTS[: len(best)]))


def _padded(rows: Sequence[Sequence[float | None]], padding: float) -> Floats:
    table = np.full((len(rows), max(map(len, rows), default=0)), padding)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table


def _leaders_first(order: NDArray[np.intp], documents: NDArray[np.intp]) -> NDArray[np.intp]:
    """Each document's first candidate, in order, at the front; -1 where the documents have run out."""
    same = documents[:, :, None] == documents[:, None, :]
    leads = ~np.tril(same, -1).any(axis=2) & (documents >= 0)
    front = np.argsort(~leads, axis=1, kind="stable")
    return np.take_along_axis(np.where(leads, order, -1), front, axis=1)
