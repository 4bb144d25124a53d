"""The verbs of search-quality owners: evaluate what is ingested against labelled questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag_app.application.answers import Answers
from rag_app.application.search import Ranking
from ranking.evaluation.evaluation_set import EvaluationSet
from ranking.evaluation.refusal import Refusal, refusal
from ranking.evaluation.report import EvaluationReport, evaluate
from ranking.relevance import probability
from storage.errors import InvalidInput, NotFound
from storage.principal import Principal
from storage.vectors import ChunkIndex

SEED = 20_260_101  # of the bootstrap, so that a second run prints the same intervals

QuestionsDone = Callable[[int, int], None]


@dataclass(frozen=True)
class Quality:
    """Runs every question through the same path as search; what it reads is pinned by each question."""

    answers: Answers
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
        generations = self.answers.sets.pin(principal, sets)
        chunks = {
            id_: chunk
            for name, generation in generations.items()
            for id_, chunk in self.index.scan(name, generation)
        }
        _check_documents(evaluation, {chunk.document_id for chunk in chunks.values()})
        stages: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        samples: defaultdict[str, list[float]] = defaultdict(list)
        best: dict[str, float] = {}
        for done, question in enumerate(evaluation.questions, start=1):
            before = self.pairs_looked_up()
            ranking = self.answers.rank(question.text, principal, sets, self.answers.defaults)
            afresh = self.pairs_looked_up() == before
            for stage, ids in _by_stage(ranking).items():
                stages[stage][question.id] = ids
            for stage, seconds in ranking.seconds.items():
                if afresh or stage not in ("reranking", "total"):  # looking a score up is not re-ranking
                    samples[stage].append(seconds * 1000)
            best[question.id] = max((probability(c.relevance) for c in ranking.candidates), default=0.0)
            progress(done, len(evaluation.questions))
        return evaluate(
            evaluation,
            stages,
            chunks,
            np.random.default_rng(SEED),
            milliseconds=samples,
            refusal=self._refusal(evaluation, best),
        )

    def _refusal(self, evaluation: EvaluationSet, best: Mapping[str, float]) -> Refusal | None:
        if not evaluation.unanswerable:
            return None
        return refusal(evaluation, best, self.answers.limits.refusal_threshold)


def _by_stage(ranking: Ranking) -> dict[str, list[str]]:
    """Chunk ids by stage, best first; without re-ranking that stage is left out."""
    candidates = ranking.candidates
    stages = {
        "bm25": list(ranking.rankings["bm25"]),
        "dense": list(ranking.rankings["dense"]),
        "fused": [item.id for item in ranking.fused],
    }
    if all("cross_encoder" in candidate.ranks for candidate in candidates):
        ordered = sorted(candidates, key=lambda candidate: candidate.ranks["cross_encoder"])
        stages["cross_encoder"] = [candidate.id for candidate in ordered]
    return {**stages, "ensemble": [candidate.id for candidate in candidates]}


def _check_documents(evaluation: EvaluationSet, ingested: set[str]) -> None:
    labelled = {document for question in evaluation.answerable for document in question.labels}
    missing = sorted(labelled - ingested)
    if not ingested:
        raise NotFound("There are no documents that you may read yet.", "Run `rag-app ingest FOLDER` first.")
    if missing:
        raise InvalidInput(
            f"{len(missing)} of {len(labelled)} documents in the questions' labels are not ingested: "
            f"{', '.join(missing[:3])}{' ...' if len(missing) > 3 else ''}.",
            "Ingest the folder that the labels speak of, or name its set with --set.",
        )
