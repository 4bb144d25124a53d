"""The verbs of search-quality owners: evaluate what is ingested against labelled questions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag_app.application.answers import Answers
from rag_app.application.auditing import Asking, sampled, timed
from rag_app.application.measuring import Measured
from rag_app.application.search import SearchOptions
from ranking.audit.audit import Audit, audit
from ranking.evaluation.evaluation_set import EvaluationSet
from ranking.evaluation.refusal import Refusal, refusal
from ranking.evaluation.report import EvaluationReport, evaluate
from storage.chunk import Chunk
from storage.errors import InvalidInput, NotFound
from storage.principal import Principal
from storage.vectors import ChunkIndex

SEED = 20_260_101  # of the bootstrap, so that a second run prints the same intervals

QuestionsDone = Callable[[int, int], None]


@dataclass(frozen=True)
class Quality:
    """Runs every question through the same path as search; what it reads is pinned by each question.

    `uncached` is that path with nothing looked up from earlier questions: to be timed.
    """

    answers: Answers
    uncached: Answers
    index: ChunkIndex
    pairs_looked_up: Callable[[], int]

    def evaluate(
        self,
        evaluation: EvaluationSet,
        principal: Principal,
        sets: Sequence[str] | None = None,
        progress: QuestionsDone = lambda _done, _total: None,
    ) -> EvaluationReport:
        """All stages by document and by passage. Raises InvalidInput, NotFound."""
        chunks = judged_chunks(self.index, self.answers.sets.pin(principal, sets), evaluation)
        asking = Asking(self.answers, principal, sets, self.answers.as_asked)
        measured = self._ask(asking, evaluation, progress, len(evaluation.questions))
        return self._report(evaluation, chunks, measured)

    def audit(
        self,
        evaluation: EvaluationSet,
        principal: Principal,
        sets: Sequence[str] | None = None,
        progress: QuestionsDone = lambda _done, _total: None,
        sample: int = 30,
    ) -> Audit:
        """What re-ranking brings and, timed on `sample` questions, costs. Raises InvalidInput, NotFound."""
        chunks = judged_chunks(self.index, self.answers.sets.pin(principal, sets), evaluation)
        random = np.random.default_rng(SEED)
        timed_questions = sampled(evaluation, sample, random)
        total = len(evaluation.questions) + len(timed_questions)
        asking = Asking(self.answers, principal, sets, _reranking(self.answers.defaults))
        measured = self._ask(asking, evaluation, progress, total)
        done = itertools.count(len(evaluation.questions) + 1)
        uncached = replace(asking, answers=self.uncached)
        timings = timed(uncached, timed_questions, lambda: progress(next(done), total))
        report = replace(self._report(evaluation, chunks, measured), latency={})
        return audit(
            evaluation,
            report,
            chunks,
            measured.stages,
            measured.probabilities,
            timings,
            asking.final,
            self._ranked_by(asking.options),
            random,
        )

    def _ranked_by(self, options: SearchOptions) -> Mapping[str, str]:
        search = self.answers.search_engine
        trust = search.ranker().relevance.trust
        settings = {"depth": options.depth, "order": options.order, "rerank": options.rerank, "trust": trust}
        versions = search.versions.model_dump()
        return {**versions, **{name: str(value) for name, value in settings.items()}}

    def _ask(
        self, asking: Asking, evaluation: EvaluationSet, progress: QuestionsDone, total: int
    ) -> Measured:
        measured = Measured()
        for done, question in enumerate(evaluation.questions, start=1):
            before = self.pairs_looked_up()
            ranking = asking.rank(question)
            measured.add(question.id, ranking, afresh=self.pairs_looked_up() == before)
            progress(done, total)
        return measured

    def _report(
        self, evaluation: EvaluationSet, chunks: Mapping[str, Chunk], measured: Measured
    ) -> EvaluationReport:
        return evaluate(
            evaluation,
            measured.stages,
            chunks,
            np.random.default_rng(SEED),
            ablations=measured.ablations,
            milliseconds=measured.milliseconds,
            refusal=self._refusal(evaluation, measured.best),
        )

    def _refusal(self, evaluation: EvaluationSet, best: Mapping[str, float]) -> Refusal | None:
        if not evaluation.unanswerable:
            return None
        return refusal(evaluation, best, self.answers.refusal_threshold(self.answers.search_engine.ranker()))


def judged_chunks(
    index: ChunkIndex, generations: Mapping[str, int], evaluation: EvaluationSet
) -> Mapping[str, Chunk]:
    """Every live chunk by id. Raises NotFound, or InvalidInput where a labelled document is missing."""
    chunks = {key: chunk for name, live in generations.items() for key, chunk in index.scan(name, live)}
    _check(evaluation, {chunk.document_id for chunk in chunks.values()})
    return chunks


def _reranking(options: SearchOptions) -> SearchOptions:
    return replace(options, rerank="full")


def _check(evaluation: EvaluationSet, ingested: set[str]) -> None:
    labelled = {document for question in evaluation.answerable for document in question.labels}
    missing = sorted(labelled - ingested)
    if not ingested:
        raise NotFound("There are no documents that you may read yet.", "Run `rag-app ingest FOLDER` first.")
    if not evaluation.answerable:
        raise InvalidInput(
            f"None of the questions of {evaluation.name} has an answer.",
            "Add questions that the documents answer, with the documents that do.",
        )
    if missing:
        raise InvalidInput(
            f"{len(missing)} of {len(labelled)} documents in the questions' labels are not ingested: "
            f"{', '.join(missing[:3])}{' ...' if len(missing) > 3 else ''}.",
            "Ingest the folder that the labels speak of, or name its set with --set.",
        )
