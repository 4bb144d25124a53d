"""The verbs of employees: search, and ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from rag_app.application.presentation import milliseconds, search_response, sources
from rag_app.application.recording import Record, new_id, shown_answer, shown_search
from rag_app.application.search import Ranking, Search, SearchOptions, demanded
from rag_app.application.vocabularies import Vocabularies
from rag_app.generation.citations import CitationFilter
from rag_app.generation.generator import Generator, Piece
from rag_app.generation.refusal import REFUSAL, decide
from rag_app.questions import checked_question
from rag_app.schemas import (
    Answer,
    AnswerEvent,
    CitationsEvent,
    DeltaEvent,
    DoneEvent,
    SearchResponse,
    Source,
    SourcesEvent,
    Usage,
    UsageEvent,
)
from ranking.ensemble import Order
from ranking.ranker import Ranker
from ranking.reranking import Rerank
from storage.document_sets import DocumentSets
from storage.encoding.vocabulary import Vocabulary
from storage.errors import NotFound, Permanent
from storage.principal import Principal
from storage.scope import EVERYTHING, Filters, Scope


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """`passages` go to the generator, none where the best is below `refusal_threshold` (a probability)."""

    passages: int
    refusal_threshold: float
    max_question_characters: int


@dataclass(frozen=True)
class Answers:
    """Questions in, ranked passages or cited answers out; safe to share by threads and tasks.

    `beside` tells which collections of other embedding models hold something of published generations.
    """

    search_engine: Search
    sets: DocumentSets
    vocabularies: Vocabularies
    generator: Generator
    defaults: SearchOptions
    limits: AnswerLimits
    record: Record
    beside: Callable[[Mapping[str, int]], frozenset[str]] = lambda _generations: frozenset()

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
        filters: Filters = EVERYTHING,
    ) -> SearchResponse:
        """A page of the ranking over what `principal` may read. Raises InvalidInput or NotFound."""
        options = SearchOptions(self.defaults.depth, order or self.defaults.order, rerank)
        ranking = self.rank(question, principal, sets, options, filters)
        id_ = new_id()
        self.record(shown_search(id_, ranking, principal, self.search_engine.clock(), offset, limit))
        return search_response(id_, ranking, offset, limit, explained)

    async def ask(
        self,
        question: str,
        principal: Principal,
        *,
        sets: Sequence[str] | None = None,
        explained: bool = False,
        filters: Filters = EVERYTHING,
    ) -> AsyncIterator[AnswerEvent]:
        """Ranks, then returns the events of the answer; closing them stops the language model.

        Raises InvalidInput or NotFound; the events raise Transient or Permanent where generation fails.
        """
        ranking = await asyncio.to_thread(self.rank, question, principal, sets, self.as_asked, filters)
        return self._events(ranking, principal, explained)

    async def whole(self, events: AsyncIterator[AnswerEvent]) -> Answer:
        """The finished answer at the end of `events`."""
        async for event in events:
            if isinstance(event, DoneEvent):
                return event.answer
        raise Permanent("The answer ended without its last event.")

    def rank(
        self,
        question: str,
        principal: Principal,
        sets: Sequence[str] | None,
        options: SearchOptions,
        filters: Filters = EVERYTHING,
    ) -> Ranking:
        """The whole ranking, generations pinned once for all its stages."""
        checked = checked_question(question, self.limits.max_question_characters)
        generations = self.sets.pin(principal, sets)
        if not generations:
            raise NotFound(
                "There are no documents that you may read yet.", "Run `rag-app ingest FOLDER` first."
            )
        scope = Scope(generations, principal.groups, filters, self.beside(generations))
        return self.rank_within(checked, scope, options, self.vocabularies.of(generations))

    def rank_within(
        self, question: str, scope: Scope, options: SearchOptions, vocabulary: Vocabulary
    ) -> Ranking:
        """The same over generations that are pinned already, or not published yet; it leaves no trace."""
        chosen = replace(options, rerank=options.rerank or self._demanded(scope.generations))
        return self.search_engine.rank(question, scope, self.sets.half_lives(), chosen, vocabulary)

    @property
    def as_asked(self) -> SearchOptions:
        """What holds for a question that chooses nothing."""
        return replace(self.defaults, rerank=None)

    def _demanded(self, sets: Iterable[str]) -> Rerank:
        own, installation = self.sets.reranks(), self.defaults.rerank or "full"
        return demanded({own.get(name, installation) for name in sets})

    def refusal_threshold(self, ranker: Ranker) -> float:
        """The ranker's own, fitted with its calibration; else the installation's."""
        own = ranker.refusal_threshold
        return self.limits.refusal_threshold if own is None else own

    async def _events(
        self, ranking: Ranking, principal: Principal, explained: bool
    ) -> AsyncIterator[AnswerEvent]:
        refused = decide(ranking.candidates, self.refusal_threshold(ranking.ranker)) is not None
        shown = sources(ranking, explained)[: self.limits.passages]
        yield SourcesEvent(sources=shown, refused=refused, degraded=ranking.degraded)
        draft = _Draft(CitationFilter(len(shown)))
        async with aclosing(self._pieces(ranking, refused)) as pieces:
            async for piece in pieces:
                if text := draft.add(piece):
                    yield DeltaEvent(text=text)
        if rest := draft.finish():
            yield DeltaEvent(text=rest)
        yield CitationsEvent(citations=draft.citations.cited)
        yield UsageEvent(usage=draft.usage)
        answer = self._answer(ranking, draft, shown, refused)
        self.record(shown_answer(answer, ranking, principal, self.search_engine.clock()))
        yield DoneEvent(answer=answer)

    def _pieces(self, ranking: Ranking, refused: bool) -> AsyncGenerator[Piece, None]:
        if refused:
            return _refusal()
        return self.generator.stream(ranking.question, ranking.candidates[: self.limits.passages])

    def _answer(self, ranking: Ranking, draft: _Draft, shown: list[Source], refused: bool) -> Answer:
        return Answer(
            id=new_id(),
            question=ranking.question,
            answer="".join(draft.texts).strip(),
            refused=refused,
            citations=draft.citations.cited,
            sources=shown,
            generator="refusal" if refused else self.generator.name,
            usage=draft.usage,
            generations=dict(ranking.generations),
            milliseconds=milliseconds(ranking),
            versions=ranking.versions,
            degraded=ranking.degraded,
        )


@dataclass
class _Draft:
    """An answer as it grows: text with checked citations, and what it cost."""

    citations: CitationFilter
    texts: list[str] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)

    def add(self, piece: Piece) -> str:
        """The text that can be shown now."""
        if isinstance(piece, str):
            return self._kept(self.citations.feed(piece))
        self.usage = Usage(prompt_tokens=piece.prompt_tokens, completion_tokens=piece.completion_tokens)
        return ""

    def finish(self) -> str:
        return self._kept(self.citations.finish())

    def _kept(self, text: str) -> str:
        self.texts.append(text)
        return text


async def _refusal() -> AsyncGenerator[Piece, None]:
    yield REFUSAL
