"""The question path: stages with their models and weights, and who writes the answer."""

from __future__ import annotations

from collections.abc import Callable

from rag_app.application import AnswerLimits, Answers, Rankers, Search, SearchOptions, Vocabularies
from rag_app.bootstrap.chunks import Chunks
from rag_app.bootstrap.feedback import FeedbackPath
from rag_app.bootstrap.scorers import Scorers
from rag_app.bootstrap.stores import utc_now
from rag_app.generation.extractive import ExtractiveGenerator
from rag_app.generation.generator import Generator
from rag_app.pipelines import question_pipeline
from rag_app.settings import Settings
from ranking import defaults
from ranking.ensemble import Ensemble
from ranking.reranking import Reranking
from ranking.retrieval import CandidateSource, Fetching, HybridRetrieval, QuestionEncoding
from storage.catalogue import Catalogue
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.encoding.lexical import LexicalEncoder
from storage.encoding.question_cache import QuestionEncoder
from storage.errors import Permanent
from storage.rankers import RankerRecords
from storage.vectors import ChunkIndex


def question_path(
    settings: Settings,
    sets: DocumentSets,
    catalogue: Catalogue,
    chunks: Chunks,
    questions: QuestionEncoder,
    scorers: Scorers,
    feedback: FeedbackPath,
    rankers: Rankers,
) -> Answers:
    ranking, generation = settings.ranking, settings.generation
    pipeline = question_pipeline(
        QuestionEncoding(questions, chunks.lexical, chunks.encoder_of),
        HybridRetrieval(_source(ranking.lexical, chunks.index, chunks.lexical), chunks.collections.source),
        Fetching(chunks.index),
        Reranking(scorers.cached, scorers.uncached),
        Ensemble(feedback.boosts, feedback.versions),
    )
    threshold = generation.refusal_threshold
    return Answers(
        search_engine=Search(
            pipeline=pipeline,
            embedder=questions.version,
            cross_encoder=lambda: scorers.cached.version,
            ranker=rankers.current,
            clock=utc_now,
            uncached_sets=sets.without_score_cache,
        ),
        sets=sets,
        generator=generator(settings, scorers, sets.without_score_cache),
        vocabularies=Vocabularies(sets, catalogue),
        defaults=SearchOptions(ranking.depth, ranking.order, ranking.rerank),
        limits=AnswerLimits(
            passages=generation.passages,
            refusal_threshold=defaults.REFUSAL_THRESHOLD if threshold is None else threshold,
            max_question_characters=settings.server.max_question_characters,
        ),
        record=feedback.recorder.record,
        beside=chunks.collections.beside,
    )


def open_rankers(settings: Settings, database: Database, cross_encoder: Callable[[], str]) -> Rankers:
    return Rankers(
        records=RankerRecords(database, utc_now),
        shipped=defaults.ranker_for,
        calibrated=defaults.calibrated,
        cross_encoder=cross_encoder,
        trust=settings.ranking.trust,
        threshold_set=settings.generation.refusal_threshold is not None,
    )


def _source(backend: str, index: ChunkIndex, lexical: LexicalEncoder) -> CandidateSource:
    if backend == "qdrant":
        return index
    from ranking.okapi import OkapiSource

    return OkapiSource(index, lexical)


def generator(settings: Settings, scorers: Scorers, uncached_sets: Callable[[], frozenset[str]]) -> Generator:
    generation = settings.generation
    if generation.base_url is None:
        return ExtractiveGenerator(scorers.cached, scorers.uncached, uncached_sets)
    if not generation.model:
        raise Permanent(
            f"RAG_APP_GENERATION__BASE_URL is {generation.base_url}, but no model is named.",
            "Set RAG_APP_GENERATION__MODEL to a model that it serves.",
        )
    # A second to import, and most installations start without it.
    from rag_app.generation.openai_compatible import OpenAICompatibleGenerator

    key = generation.api_key
    return OpenAICompatibleGenerator(
        generation.base_url,
        generation.model,
        key.get_secret_value() if key else None,
        context_tokens=generation.context_tokens,
        max_tokens=generation.max_tokens,
        timeout_seconds=generation.timeout_seconds,
    )
