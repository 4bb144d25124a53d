"""The verb that teaches the ranker: judged questions in, a tried-out ranker or the reason for none out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from rag_app.application.answers import Answers
from rag_app.application.quality import SEED, QuestionsDone, judged_chunks
from rag_app.application.rankers import Rankers
from rag_app.generation.refusal import FALSE_REFUSAL_COST, fit_threshold
from ranking.evaluation.evaluation_set import EvaluationSet, Question
from ranking.learning.judged import Judged, judge
from ranking.learning.scoring import best_log_odds
from ranking.learning.trial import HeldOut, Trial, try_out
from ranking.learning.votes import OF_VOTES, voted_questions
from ranking.ranker import Ranker
from ranking.relevance import probability
from storage.catalogue import Catalogue
from storage.errors import InvalidInput
from storage.feedback.records import question_key
from storage.feedback.votes import Votes
from storage.principal import Principal
from storage.vectors import ChunkIndex

ENOUGH_FOR_A_THRESHOLD = 20  # questions of either kind


class LearnedLevel(BaseModel):
    """NDCG@5 on questions held out, and the 95 % interval of the difference."""

    model_config = ConfigDict(frozen=True)

    questions: int
    before: float
    after: float
    difference: float
    low: float
    high: float


class LearnReport(BaseModel):
    """What was learned, how it did on questions it had not seen, and whether it is in use now."""

    model_config = ConfigDict(frozen=True)

    questions: int = Field(description="Judged ones that something answers")
    voted: int = Field(description="Of these, ones whose passages people voted on")
    accepted: bool
    reason: str
    version: int | None = Field(description="Of the ranker now in use; null where none was kept")
    levels: dict[str, LearnedLevel]
    before: dict[str, float]
    after: dict[str, float]


@dataclass(frozen=True)
class Learning:
    """Learns from the same path as search; what it keeps, search uses at the next question."""

    answers: Answers
    index: ChunkIndex
    rankers: Rankers
    votes: Votes
    catalogue: Catalogue

    def learn(
        self,
        questions: Iterable[Question],
        principal: Principal,
        *,
        sets: Sequence[str] | None = None,
        votes: bool = False,
        dry_run: bool = False,
        progress: QuestionsDone = lambda _done, _total: None,
    ) -> LearnReport:
        """Fits trust, calibration and weights, and keeps them where held-out questions show no fall.

        With `votes`, from what people liked too, of questions that nobody judged.
        Raises InvalidInput, NotFound.
        """
        gold = tuple(questions)
        voted = self._voted(gold, principal, sets) if votes else ()
        if not gold and not voted:
            raise InvalidInput(
                "Nobody has voted for a passage yet.", "Give --gold FILE to learn from labels."
            )
        judged = self.judged(EvaluationSet("learning", (*gold, *voted)), principal, sets, progress)
        judged = judged.without(OF_VOTES, [question.id for question in voted])
        # The trust of the settings is not what the ranker in use has learned.
        current = replace(self.rankers, trust=None).current()
        trial = try_out(
            judged, current, self.rankers.shipped(self.rankers.cross_encoder()), np.random.default_rng(SEED)
        )
        learned = trial.learned
        if trial.accepted:
            threshold = learned_threshold(judged, current, learned, self.answers.refusal_threshold(current))
            learned = replace(learned, refusal_threshold=threshold)
        version = None if dry_run or not trial.accepted else self._keep(learned, trial)
        return LearnReport(
            questions=trial.questions,
            voted=len(voted),
            accepted=trial.accepted,
            reason=trial.reason,
            version=version,
            levels=_levels(trial),
            before=self._parameters(current),
            after=self._parameters(learned),
        )

    def judged(
        self,
        evaluation: EvaluationSet,
        principal: Principal,
        sets: Sequence[str] | None = None,
        progress: QuestionsDone = lambda _done, _total: None,
    ) -> Judged:
        """Every question ranked as search ranks it, with all candidates re-ranked."""
        chunks = judged_chunks(self.index, self.answers.sets.pin(principal, sets), evaluation)
        options = replace(self.answers.defaults, rerank="full")
        rankings = {}
        for done, question in enumerate(evaluation.questions, start=1):
            rankings[question.id] = self.answers.rank(question.text, principal, sets, options).candidates
            progress(done, len(evaluation.questions))
        return judge(rankings, evaluation, chunks)

    def _voted(
        self, gold: Sequence[Question], principal: Principal, sets: Sequence[str] | None
    ) -> tuple[Question, ...]:
        """Those about what is there still."""
        live = self.answers.sets.pin(principal, sets)
        there = {(name, document) for name in live for document in self.catalogue.documents(name)}
        standing = [one for one in self.votes.standing() if (one.set, one.document) in there]
        return voted_questions(standing, {question_key(question.text) for question in gold})

    def _keep(self, learned: Ranker, trial: Trial) -> int:
        metrics = {level: found.model_dump() for level, found in _levels(trial).items()}
        return self.rankers.keep(lambda version: _named(learned, version), trial.questions, metrics)

    def _parameters(self, ranker: Ranker) -> dict[str, float]:
        model = ranker.relevance
        return {
            "trust": model.trust,
            "slope": model.slope,
            "upper_slope": model.upper,
            "intercept": model.intercept,
            "rank_slope": model.rank_slope,
            "rank_intercept": model.rank_intercept,
            **{f"boost {name}": weight for name, weight in ranker.weights.boosts.items()},
            "refusal_threshold": self.answers.refusal_threshold(ranker),
        }


def learned_threshold(judged: Judged, before: Ranker, after: Ranker, threshold: float) -> float:
    """The refusal threshold that belongs to a new calibration, from the one that belonged to the old.

    Fitted where there are questions of both kinds enough; else moved as far as the best passage of the
    answerable questions moved, in log-odds and in the middle, so that about as much is refused as before.
    """
    made = best_log_odds(judged, after)
    answered, others = made[judged.answerable], made[~judged.answerable]
    if min(answered.size, others.size) >= ENOUGH_FOR_A_THRESHOLD:
        said = [[probability(odds) for odds in found.tolist()] for found in (answered, others)]
        return fit_threshold(*said, false_refusal_cost=FALSE_REFUSAL_COST).threshold
    moved = float(np.median(answered - best_log_odds(judged, before)[judged.answerable]))
    if not 0.0 < threshold < 1.0:
        return threshold
    return probability(math.log(threshold / (1.0 - threshold)) + moved)


def _named(ranker: Ranker, version: int) -> Ranker:
    name = f"learned-{version}"
    relevance, weights = replace(ranker.relevance, version=name), replace(ranker.weights, version=name)
    return replace(ranker, relevance=relevance, weights=weights)


def _levels(trial: Trial) -> Mapping[str, LearnedLevel]:
    return {level: _level(found) for level, found in trial.levels.items()}


def _level(found: HeldOut) -> LearnedLevel:
    interval = found.interval
    return LearnedLevel(
        questions=found.questions,
        before=found.before,
        after=found.after,
        difference=interval.difference,
        low=interval.low,
        high=interval.high,
    )
