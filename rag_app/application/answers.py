"""The verbs of employees: search, and ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from rag_app.application.presentation import milliseconds, search_response, sources
from rag_app.application.search import Ranking, Search, SearchOptions
from rag_app.generation.citations import CitationFilter
from rag_app.generation.generator import Generator
from rag_app.generation.refusal import REFUSAL, decide
from rag_app.questions import checked_question
from rag_app.schemas import (
    Answer,
    AnswerEvent,
    CitationsEvent,
    DeltaEvent,
    DoneEvent,
    SearchResponse,
    SourcesEvent,
    Usage,
    UsageEvent,
)
from ranking.ensemble import Order
from ranking.reranking import Rerank
from storage.document_sets import DocumentSets
from storage.errors import NotFound, Permanent
from storage.principal import Principal
from storage.vectors import Scope


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """`passages` go to the generator, none where the best is below `refusal_threshold` (a probability)."""

    passages: int
    refusal_threshold: float
    max_question_characters: int


@dataclass(frozen=True)
class Answers:
    """Questions in, ranked passages or cited answers out; safe to share by threads and tasks."""

    search_engine: Search
    sets: DocumentSets
    generator: Generator
    defaults: SearchOptions
    limits: AnswerLimits

    def search(
        self,
        question: str,
        principal: Principal,
        *,
        sets: Sequence[str] | None = None,
        offset: int = 0,
        limit: int = 10,
        explained: bool = False,
        order: Order | None = None,
        rerank: Rerank | None = None,
    ) -> SearchResponse:
        """A page of the ranking over what `principal` may read. Raises InvalidInput or NotFound."""
        options = SearchOptions(
            self.defaults.depth, order or self.defaults.order, rerank or self.defaults.rerank
        )
        ranking = self.rank(question, principal, sets, options)
        return search_response(ranking, self.search_engine.versions, offset, limit, explained)

    async def ask(
        self,
        question: str,
        principal: Principal,
        *,
        sets: Sequence[str] | None = None,
        explained: bool = False,
    ) -> AsyncIterator[AnswerEvent]:
        """Ranks, then returns the events of the answer; closing them stops the language model.

        Raises InvalidInput or NotFound; the events raise Transient or Permanent where generation fails.
        """
        ranking = await asyncio.to_thread(self.rank, question, principal, sets, self.defaults)
        return self._events(ranking, explained)

    async def whole(self, events: AsyncIterator[AnswerEvent]) -> Answer:
        """The finished answer at the end of `events`."""
        async for event in events:
            if isinstance(event, DoneEvent):
                return event.answer
        raise Permanent("The answer ended without its last event.")

    def rank(
        self, question: str, principal: Principal, sets: Sequence[str] | None, options: SearchOptions
    ) -> Ranking:
        """The whole ranking, generations pinned once for all its stages."""
        checked = checked_question(question, self.limits.max_question_characters)
        generations = self.sets.pin(principal, sets)
        if not generations:
            raise NotFound(
                "There are no documents that you may read yet.", "Run `rag-app ingest FOLDER` first."
            )
        return self.search_engine.rank(
            checked, Scope(generations, principal.groups), self.sets.half_lives(), options
        )

    async def _events(self, ranking: Ranking, explained: bool) -> AsyncIterator[AnswerEvent]:
        refusal = decide(ranking.candidates, self.limits.refusal_threshold)
        passages = ranking.candidates[: self.limits.passages]
        shown = sources(ranking.candidates, explained)[: self.limits.passages]
        yield SourcesEvent(sources=shown, refused=refusal is not None)
        citations = CitationFilter(len(passages))
        pieces: list[str] = []
        usage = Usage()
        async for piece in self._pieces(ranking.question, passages, refusal):
            ...
        yield CitationsEvent(citations=citations.cited)
