"""Questions with their candidates before any boost, so that boosts can be tried without ranking again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from rag_app.application import ANONYMOUS, Application
from ranking import defaults
from ranking.candidate import RELEVANCE_SIGNALS, Candidate, Signal
from ranking.ensemble import EnsembleWeights, combine
from ranking.evaluation.evaluation_set import Question
from ranking.signals.boost import QuestionContext
from ranking.signals.superseded import Replacement
from storage.scope import Scope


@dataclass(frozen=True)
class Asked:
    """`candidates` carry relevance alone."""

    question: Question
    candidates: Sequence[Candidate]
    context: QuestionContext

    def ranked(
        self,
        boosts: Mapping[str, Sequence[Signal]],
        weights: Mapping[str, float],
        replaced: Mapping[str, Replacement] | None = None,
    ) -> list[Candidate]:
        by_candidate = [
            {name: signals[i] for name, signals in boosts.items()} for i in range(len(self.candidates))
        ]
        ensemble = EnsembleWeights(defaults.ENSEMBLE.bound, weights, "benchmark")
        return combine(self.candidates, by_candidate, ensemble, replaced=replaced or {})


def ask(application: Application, questions: Sequence[Question], set_name: str, now: datetime) -> list[Asked]:
    """Every question ranked at the shipped defaults, as if asked at `now`."""
    generations = application.answers.sets.pin(ANONYMOUS, [set_name])
    asked = []
    for question in questions:
        ranking = application.answers.rank(question.text, ANONYMOUS, [set_name], application.answers.defaults)
        dense: NDArray[np.float32] = application.feedback.encoder.encode_question(question.text)
        context = QuestionContext(
            question.text, dense, Scope(generations, frozenset()), now, application.answers.sets.half_lives()
        )
        asked.append(Asked(question, [_bare(c) for c in ranking.candidates], context))
    return asked


def documents_in_order(candidates: Sequence[Candidate]) -> list[str]:
    """Each document where its best passage stands."""
    return list(dict.fromkeys(candidate.chunk.document_id for candidate in candidates))


def sample(questions: Sequence[Question], number: int, seed: int) -> list[Question]:
    """So many of them, the same at every run; all where `number` is 0."""
    if not 0 < number < len(questions):
        return list(questions)
    chosen = np.random.default_rng(seed).choice(len(questions), number, replace=False)
    return [questions[i] for i in sorted(chosen)]


def _bare(candidate: Candidate) -> Candidate:
    signals = {name: candidate.signals[name] for name in RELEVANCE_SIGNALS if name in candidate.signals}
    return replace(candidate, signals=signals, score=candidate.relevance)
