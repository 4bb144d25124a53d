"""What is kept of an answer or of a page of results: everything that was shown, and why it stood there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import uuid4

from rag_app.application.search import Ranking
from rag_app.schemas import Answer
from ranking.candidate import Candidate
from ranking.feedback.influence import expected_looks
from storage.feedback.records import Quotation, Shown, ShownSource
from storage.principal import Principal

Record = Callable[[Shown], None]


def new_id() -> str:
    """Of an answer or a page of results; not to be guessed."""
    return str(uuid4())


def shown_search(
    id_: str, ranking: Ranking, principal: Principal, at: datetime, offset: int, limit: int
) -> Shown:
    """The page `offset` .. `offset + limit`; sources keep the numbers of the whole ranking."""
    return Shown(
        id=id_,
        kind="search",
        question=ranking.question,
        principal=principal.name,
        at=at,
        generations=ranking.generations,
        versions=ranking.versions.model_dump(),
        sources=_sources(ranking.candidates[offset : offset + limit], offset + 1, ()),
    )


def shown_answer(answer: Answer, ranking: Ranking, principal: Principal, at: datetime) -> Shown:
    """The answer with its sources, cited or not."""
    return Shown(
        id=answer.id,
        kind="answer",
        question=answer.question,
        principal=principal.name,
        at=at,
        generations=ranking.generations,
        versions=ranking.versions.model_dump(),
        sources=_sources(ranking.candidates[: len(answer.sources)], 1, answer.citations),
        answer=answer.answer,
        refused=answer.refused,
        generator=answer.generator,
    )


def _sources(candidates: Sequence[Candidate], first: int, cited: Collection[int]) -> list[ShownSource]:
    return [
        _source(position, candidate, position in cited)
        for position, candidate in enumerate(candidates, start=first)
    ]


def _source(position: int, candidate: Candidate, cited: bool) -> ShownSource:
    chunk = candidate.chunk
    return ShownSource(
        position=position,
        quotation=Quotation(chunk.set, chunk.document_id, chunk.text, chunk.start, chunk.end),
        chunk_id=candidate.id,
        score=candidate.score,
        cited=cited,
        looks=expected_looks(position),
        signals={name: (s.raw, s.normalised, s.contribution) for name, s in candidate.signals.items()},
    )
