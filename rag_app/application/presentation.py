"""Rankings as the shapes that CLI and HTTP show."""

from __future__ import annotations

from rag_app.application.search import Ranking
from rag_app.schemas import ExpansionShape, ExplanationShape, SearchResponse, SignalShape, Source
from ranking.candidate import Candidate
from ranking.explanation import Explanation, explain, summary
from ranking.relevance import probability


def search_response(id_: str, ranking: Ranking, offset: int, limit: int, explained: bool) -> SearchResponse:
    """The page `offset` .. `offset + limit` of a ranking."""
    return SearchResponse(
        id=id_,
        question=ranking.question,
        results=sources(ranking, explained)[offset : offset + limit],
        total=len(ranking.candidates),
        generations=dict(ranking.generations),
        expansions=[
            ExpansionShape(set=name, phrase=expansion.phrase, synonyms=list(expansion.synonyms))
            for name, expansions in ranking.expansions.items()
            for expansion in expansions
        ],
        milliseconds=milliseconds(ranking),
        versions=ranking.versions,
        degraded=ranking.degraded,
    )


def sources(ranking: Ranking, explained: bool) -> list[Source]:
    """Candidates numbered from 1 in their final order."""
    candidates = ranking.candidates
    explanations: list[Explanation] | list[None] = [None] * len(candidates)
    if explained:
        explanations = explain(candidates, ranking.ranker, ranking.options.order)
    return [
        _source(number, candidate, explanation)
        for number, (candidate, explanation) in enumerate(zip(candidates, explanations, strict=True), start=1)
    ]


def milliseconds(ranking: Ranking) -> dict[str, float]:
    return {stage: round(seconds * 1000, 3) for stage, seconds in ranking.seconds.items()}


def _source(number: int, candidate: Candidate, explanation: Explanation | None) -> Source:
    chunk = candidate.chunk
    return Source(
        number=number,
        id=candidate.id,
        set=chunk.set,
        document=chunk.document_id,
        title=chunk.title,
        headings=list(chunk.headings),
        text=chunk.text,
        page=chunk.page,
        start=chunk.start,
        end=chunk.end,
        created=chunk.created,
        modified=chunk.modified,
        superseded_by=candidate.superseded_by,
        url=chunk.url,
        score=candidate.score,
        explanation=_explanation_shape(explanation) if explanation else None,
    )


def _explanation_shape(explanation: Explanation) -> ExplanationShape:
    return ExplanationShape(
        relevance=explanation.relevance,
        probability=probability(explanation.relevance),
        ranks=dict(explanation.ranks),
        signals={
            name: SignalShape(raw=s.raw, normalised=s.normalised, contribution=s.contribution)
            for name, s in explanation.signals.items()
        },
        rank_without=dict(explanation.rank_without),
        branch_scores=dict(explanation.branch_scores),
        decided_by=explanation.decided_by,
        summary=summary(explanation),
    )
