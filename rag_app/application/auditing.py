"""What an audit measures beyond an evaluation: searches timed with nothing looked up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag_app.application.answers import Answers
from rag_app.application.search import Ranking, SearchOptions
from ranking.audit.audit import Timings
from ranking.audit.questions import Final
from ranking.evaluation.evaluation_set import EvaluationSet, Question
from storage.errors import Transient
from storage.principal import Principal


@dataclass(frozen=True)
class Asking:
    """Questions asked for one principal; `options` always re-rank, or there is nothing to audit."""

    answers: Answers
    principal: Principal
    sets: Sequence[str] | None
    options: SearchOptions

    def rank(self, question: Question) -> Ranking:
        """Raises Transient where the ranking is of another ranker than the one that was asked for."""
        ranking = self.answers.rank(question.text, self.principal, self.sets, self.options)
        if ranking.degraded:
            raise Transient(ranking.degraded, "Measure again when the cross-encoder works.")
        return ranking

    def final(self, question: Question) -> Final:
        ranking = self.rank(question)
        return Final(ranking.candidates, ranking.ranker, ranking.options.order)


def timed(
    asking: Asking, questions: Sequence[Question], progress: Callable[[], None] = lambda: None
) -> Timings:
    """Each question asked with and without re-ranking; one goes before, so that models are loaded."""
    plain = replace(asking, options=replace(asking.options, rerank="none"))
    asking.rank(questions[0])
    by_stage: defaultdict[str, list[float]] = defaultdict(list)
    without = []
    for question in questions:
        for stage, seconds in asking.rank(question).seconds.items():
            by_stage[stage].append(seconds * 1000)
        without.append(plain.rank(question).seconds["total"] * 1000)
        progress()
    return Timings(by_stage, without)


def sampled(evaluation: EvaluationSet, number: int, random: np.random.Generator) -> list[Question]:
    """At most `number` of all questions, drawn without replacement."""
    chosen = random.permutation(len(evaluation.questions))[:number]
    return [evaluation.questions[place] for place in sorted(chosen)]
