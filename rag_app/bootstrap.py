"""The only place that chooses classes: from settings to an open application."""

from __future__ import annotations

import rag_app.quiet_imports  # noqa: F401  # isort: skip

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ingestion.batch import BatchEncoding, ChunkWriting
from ingestion.chunking import Chunking, ChunkLimits
from ingestion.conversion import Conversion, ConversionPool
from rag_app.application import AnswerLimits, Answers, Application, Documents, Quality, Search, SearchOptions
from rag_app.generation.extractive import ExtractiveGenerator
from rag_app.generation.generator import Generator
from rag_app.pipelines import ingestion_pipeline, question_pipeline
from rag_app.schemas import Versions
from rag_app.settings import Settings, load_settings
from ranking import defaults
from ranking.cross_encoder.onnx import OnnxCrossEncoder
from ranking.cross_encoder.score_store import CachedCrossEncoder, ScoreStore
from ranking.ensemble import Ensemble
from ranking.reranking import CrossEncoder, Reranking
from ranking.retrieval import Fetching, HybridRetrieval, QuestionEncoding
from storage.catalogue import Catalogue
from storage.collection_records import CollectionRecord, CollectionRecords
from storage.connection import connect
from storage.database import Database, open_database, sqlite_url
from storage.document_sets import DocumentSets
from storage.encoding.dense import DenseEncoder
from storage.encoding.lexical import LexicalEncoder
from storage.errors import Permanent
from storage.generations import Generations
from storage.inference import InferencePool
from storage.models import ModelStore
from storage.models.assembly import Progress, no_progress
from storage.vectors import ChunkIndex

AVERAGE_LENGTH = 120.0  # BM25 terms a chunk, at the default chunk size
MEGABYTE = 1_000_000


def open_application(
    settings: Settings | None = None,
    *,
    pair_scores: Path | None = None,
    progress: Progress = no_progress,
) -> Application:
    """Opens what the settings describe, fetching models that are missing; the caller closes it.

    With `pair_scores`, the cross-encoder's scores are kept in that file: for evaluation, not for users.
    """
    with ExitStack() as stack:
        return _open(settings or load_settings(), pair_scores, progress, stack)


def _open(settings: Settings, pair_scores: Path | None, progress: Progress, stack: ExitStack) -> Application:
    _make(settings.data_dir)
    pool = InferencePool(settings.threads)
    stack.callback(pool.close)
    dense, scorer = _encoders(settings, pool, progress)
    kept = _with_kept_scores(scorer, pair_scores, stack) if pair_scores else None
    database = _database(settings, stack)
    record = _collection_record(CollectionRecords(database), settings.qdrant.collection, dense)
    lexical = LexicalEncoder(record.average_length)
    index = _index(settings, record, stack)
    sets = DocumentSets(database, _now)
    answers = _answers(settings, sets, index, dense, lexical, kept or scorer)
    documents = _documents(settings, database, sets, index, dense, lexical, stack)
    return Application(
        documents=documents,
        answers=answers,
        quality=Quality(answers, index, lambda: kept.looked_up if kept else 0),
        data_dir=str(settings.data_dir),
        vector_store=settings.qdrant.url or "embedded",
        dependencies={
            "vector_store": lambda: index.ensure(dense.dimension),
            "database": sets.half_lives,
            "embedder": lambda: dense.encode_question("ready?"),
            "cross_encoder": lambda: scorer.score("ready?", ["ready"]),
        },
        close=stack.pop_all().close,
    )


def _encoders(
    settings: Settings, pool: InferencePool, progress: Progress
) -> tuple[DenseEncoder, OnnxCrossEncoder]:
    store = ModelStore(settings.models.cache, settings.models.offline)
    embedder, cross_encoder = settings.models.embedder, settings.models.cross_encoder
    return (
        DenseEncoder(embedder, store.resolve(embedder, progress), pool),
        OnnxCrossEncoder(cross_encoder, store.resolve(cross_encoder, progress), pool),
    )


def _with_kept_scores(scorer: CrossEncoder, path: Path, stack: ExitStack) -> CachedCrossEncoder:
    store = ScoreStore(path)
    stack.callback(store.close)
    return CachedCrossEncoder(scorer, store)


def _database(settings: Settings, stack: ExitStack) -> Database:
    configured = settings.database.url
    url = configured.get_secret_value() if configured else sqlite_url(settings.data_dir / "rag-app.db")
    database = open_database(url)
    stack.callback(database.close)
    return database


def _collection_record(records: CollectionRecords, name: str, dense: DenseEncoder) -> CollectionRecord:
    """What the collection was made with; Permanent where that is another embedder than the settings'."""
    found = records.find(name)
    if found is None:
        found = CollectionRecord(name, dense.version, dense.dimension, AVERAGE_LENGTH)
        records.save(found)
    if found.embedder_version != dense.version:
        raise Permanent(
            f"The collection {name!r} was made with the embedder {found.embedder_version}, "
            f"and the settings name {dense.version}.",
            "Set RAG_APP_MODELS__EMBEDDER back, or name a new RAG_APP_QDRANT__COLLECTION and ingest into it.",
        )
    return found


def _index(settings: Settings, record: CollectionRecord, stack: ExitStack) -> ChunkIndex:
    key = settings.qdrant.api_key
    client = connect(
        settings.qdrant.url, key.get_secret_value() if key else None, settings.data_dir / "vectors"
    )
    stack.callback(client.close)
    index = ChunkIndex(client, record.name)
    index.ensure(record.dimension)
    return index


def _answers(
    settings: Settings,
    sets: DocumentSets,
    index: ChunkIndex,
    dense: DenseEncoder,
    lexical: LexicalEncoder,
    scorer: CrossEncoder,
) -> Answers:
    ranking, generation = settings.ranking, settings.generation
    relevance = defaults.RELEVANCE
    if ranking.trust is not None:
        version = f"{relevance.version}, trust {ranking.trust}"
        relevance = replace(relevance, trust=ranking.trust, version=version)
    pipeline = question_pipeline(
        QuestionEncoding(dense, lexical),
        HybridRetrieval(index),
        Fetching(index),
        Reranking(scorer, relevance),
        Ensemble(defaults.ENSEMBLE),
    )
    versions = Versions(
        embedder=dense.version,
        cross_encoder=scorer.version,
        relevance=relevance.version,
        ensemble=defaults.ENSEMBLE.version,
    )
    threshold = generation.refusal_threshold
    return Answers(
        search_engine=Search(pipeline, versions, _now),
        sets=sets,
        generator=_generator(settings, scorer),
        defaults=SearchOptions(ranking.depth, ranking.order, ranking.rerank),
        limits=AnswerLimits(
            passages=generation.passages,
            refusal_threshold=defaults.REFUSAL_THRESHOLD if threshold is None else threshold,
            max_question_characters=settings.server.max_question_characters,
        ),
    )


def _generator(settings: Settings, scorer: CrossEncoder) -> Generator:
    generation = settings.generation
    if generation.base_url is None:
        return ExtractiveGenerator(scorer)
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


def _documents(
    settings: Settings,
    database: Database,
    sets: DocumentSets,
    index: ChunkIndex,
    dense: DenseEncoder,
    lexical: LexicalEncoder,
    stack: ExitStack,
) -> Documents:
    bounds = settings.ingestion
    pool = ConversionPool(settings.threads, bounds.max_file_megabytes * MEGABYTE)
    stack.callback(pool.close)
    pipeline = ingestion_pipeline(
        Conversion(pool),
        Chunking(dense, ChunkLimits(bounds.chunk_tokens, bounds.min_chunk_tokens, bounds.overlap_sentences)),
        BatchEncoding(dense, lexical),
        ChunkWriting(index),
    )
    return Documents(
        pipeline=pipeline,
        index=index,
        sets=sets,
        generations=Generations(database, _now),
        catalogue=Catalogue(database),
        recipe=f"{bounds.chunk_tokens}/{bounds.min_chunk_tokens}/{bounds.overlap_sentences}",
        locks=settings.data_dir / "locks",
        half_life_days=settings.ranking.half_life_days,
    )


def _make(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Permanent(
            f"The data folder {data_dir} cannot be made ({error.strerror}).",
            "Name another with RAG_APP_DATA_DIR.",
        ) from error


def _now() -> datetime:
    return datetime.now(UTC)
