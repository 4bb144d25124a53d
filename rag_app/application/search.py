"""Search: the question pipeline run for one principal over generations pinned once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, cast

from haystack import Pipeline

from rag_app.application.pipeline_run import run
from rag_app.schemas import Versions
from ranking.candidate import Candidate
from ranking.ensemble import Order
from ranking.fusion import Fused
from ranking.ranker import Ranker
from ranking.reranking import Rerank
from storage.encoding.synonyms import Expansion
from storage.encoding.vocabulary import ENGLISH_ALONE, Vocabulary
from storage.scope import Scope

STAGES = ("encoding", "retrieval", "fusion", "fetching", "reranking", "ensemble")


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """What a question may choose; depth is that of each branch and of the candidates.

    `rerank` None: as the sets that it searches demand, else as the installation does.
    """

    depth: int = 50
    order: Order = "ensemble"
    rerank: Rerank | None = "full"


def demanded(modes: Iterable[Rerank]) -> Rerank:
    """Of several sets the strictest: where one is to be re-ranked, all that is found beside it is."""
    return "full" if "full" in modes else "none"


@dataclass(frozen=True, slots=True)
class Ranking:
    """All candidates in final order, with what evaluation and explanation need of the way there."""

    question: str
    options: SearchOptions
    ranker: Ranker
    candidates: Sequence[Candidate]
    rankings: Mapping[str, Sequence[str]]
    fused: Sequence[Fused]
    generations: Mapping[str, int]
    expansions: Mapping[str, Sequence[Expansion]]
    seconds: Mapping[str, float]
    versions: Versions
    degraded: str | None = None


@dataclass(frozen=True)
class Search:
    """Questions in, rankings out; safe to call from many threads."""

    pipeline: Pipeline
    embedder: str
    cross_encoder: Callable[[], str]
    ranker: Callable[[], Ranker]
    clock: Callable[[], datetime]
    uncached_sets: Callable[[], frozenset[str]] = frozenset

    def rank(
        self,
        question: str,
        scope: Scope,
        half_lives: Mapping[str, float | None],
        options: SearchOptions,
        vocabulary: Vocabulary = ENGLISH_ALONE,
    ) -> Ranking:
        """All stages for one question; a Problem of a stage is raised as it is."""
        started = perf_counter()
        ranker = self.ranker()
        inputs = self._inputs(question, scope, half_lives, options, ranker)
        inputs["encoding"]["vocabulary"] = vocabulary
        outputs = run(self.pipeline, inputs, set(STAGES))
        seconds = {stage: cast(float, outputs[stage]["seconds"]) for stage in STAGES}
        return Ranking(
            question,
            options,
            ranker,
            outputs["ensemble"]["candidates"],
            outputs["retrieval"]["rankings"],
            outputs["fusion"]["fused"],
            dict(scope.generations),
            outputs["encoding"]["expansions"],
            {**seconds, "total": perf_counter() - started},
            self._versions(ranker),
            outputs["reranking"]["degraded"],
        )

    @property
    def versions(self) -> Versions:
        """What would rank a question asked now."""
        return self._versions(self.ranker())

    def _versions(self, ranker: Ranker) -> Versions:
        return Versions(
            embedder=self.embedder,
            cross_encoder=self.cross_encoder(),
            relevance=ranker.relevance.version,
            ensemble=ranker.weights.version,
        )

    def _inputs(
        self,
        question: str,
        scope: Scope,
        half_lives: Mapping[str, float | None],
        options: SearchOptions,
        ranker: Ranker,
    ) -> dict[str, dict[str, Any]]:
        return {
            "encoding": {"question": question, "beside": scope.beside},
            "retrieval": {"scope": scope, "depth": options.depth},
            "fusion": {"depth": options.depth},
            "reranking": {
                "question": question,
                "rerank": options.rerank,
                "model": ranker.relevance,
                "uncached_sets": self.uncached_sets(),
            },
            "ensemble": {
                "question": question,
                "scope": scope,
                "now": self.clock(),
                "half_lives": half_lives,
                "weights": ranker.weights,
                "order": options.order,
            },
        }
