"""Judged questions of invented signals, for the tests of learning."""

from __future__ import annotations

import numpy as np

from ranking.candidate import Candidate, Signal
from ranking.ensemble import EnsembleWeights
from ranking.evaluation.evaluation_set import EvaluationSet, Question, Quotation
from ranking.learning.judged import Judged, judge
from ranking.ranker import Ranker
from ranking.relevance import RelevanceModel
from storage.chunk import Chunk

SHIPPED = Ranker(
    RelevanceModel(
        slope=0.5, intercept=-2.0, rank_intercept=0.0, rank_slope=2.0, trust=0.5, version="shipped"
    ),
    EnsembleWeights(bound=2.0, boosts={"freshness": 0.5, "feedback": 0.0}, version="shipped"),
)


def generated(
    questions: int,
    *,
    logit_says: float = 3.0,
    rank_says: float = 1.0,
    feedback_says: float = 0.0,
    seed: int = 7,
    candidates: int = 12,
) -> Judged:
    """One relevant passage a question; signals stand out by so many standard deviations there."""
    random = np.random.default_rng(seed)
    asked: list[Question] = []
    chunks: dict[str, Chunk] = {}
    rankings: dict[str, list[Candidate]] = {}
    for number in range(questions):
        key = f"q{number}"
        right = np.eye(1, candidates)[0]
        first_stage = random.normal(size=candidates) + rank_says * right
        logits = 2.0 * (random.normal(size=candidates) + logit_says * right) - 6.0
        votes = (
            np.tanh(random.normal(size=candidates) + feedback_says * right) if feedback_says else right * 0
        )
        ranks = np.argsort(np.argsort(-first_stage)) + 1
        texts = [f"passage {key} {i}" for i in range(candidates)]
        own = {f"{key}-{i}": Chunk("s", f"{key}-{i}.md", 0, text, "") for i, text in enumerate(texts)}
        chunks |= own
        rankings[key] = [
            _candidate(name, chunk, int(ranks[i]), float(logits[i]), float(votes[i]))
            for i, (name, chunk) in enumerate(own.items())
        ]
        document = f"{key}-0.md"
        asked.append(Question(key, key, {document: 1}, (Quotation(document, texts[0], 1),)))
    return judge(rankings, EvaluationSet("generated", tuple(asked)), chunks)


def _candidate(name: str, chunk: Chunk, rank: int, logit: float, votes: float) -> Candidate:
    signals = {
        "cross_encoder": Signal(logit),
        "fused_rank": Signal(float(rank)),
        "feedback": Signal(None, votes),
        "freshness": Signal(100.0, 0.25),
    }
    return Candidate(name, chunk, {"fused": rank, "dense": rank}, signals)
