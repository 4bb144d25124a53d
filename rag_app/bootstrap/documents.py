"""The document path: conversion, chunking, encoding and writing, generation by generation."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

from haystack import Pipeline

from ingestion.batch import BatchEncoding, ChunkWriting
from ingestion.chunking import Chunking
from ingestion.conversion import Conversion, ConversionPool
from ingestion.converters import Limits
from ingestion.duplicates import DuplicateDetection
from rag_app.application import Documents
from rag_app.application.pipeline_run import BatchPipeline
from rag_app.application.upkeep import Upkeep
from rag_app.bootstrap.chunks import Chunks, initial_weights
from rag_app.jobs.fenced_client import fenced
from rag_app.jobs.ingestion import Hooks, Ingestion
from rag_app.jobs.presence import Presence
from rag_app.jobs.writing import Writing
from rag_app.light_bootstrap import JobParts, utc_now
from rag_app.pipelines import ingestion_pipeline
from rag_app.settings import Ingestion as Bounds
from rag_app.settings import Settings
from storage.collection_records import CollectionRecords
from storage.database import Database
from storage.encoding.dense import DenseEncoder
from storage.generations import Generations
from storage.lexical_drift import LexicalDrift
from storage.likenesses import Likenesses
from storage.standing import StandingPoints
from storage.vector_client import VectorClient
from storage.vectors import ChunkIndex

MEGABYTE = 1_000_000


def document_path(
    settings: Settings,
    database: Database,
    parts: JobParts,
    client: VectorClient,
    chunks: Chunks,
    dense: DenseEncoder,
    stack: ExitStack,
    hooks: Hooks,
) -> Documents:
    pool = ConversionPool(settings.threads, _limits(settings.ingestion))
    stack.callback(pool.close)
    generations = Generations(database, utc_now)
    name, weights = chunks.index.collection, initial_weights(chunks.lexical)
    drift = LexicalDrift(client, name, CollectionRecords(database), chunks.lexical, weights)
    upkeep = Upkeep(DuplicateDetection(Likenesses(database)), drift, parts.planning.sets)
    all_hooks = Hooks(hooks.before_publish, (*hooks.after_publish, upkeep.run))

    def ingestion_for(here: Presence) -> Ingestion:
        safe = fenced(client, here.guard.check)
        own = ChunkIndex(chunks.collections.spanning(safe), name)
        pipeline = ingestion_pipeline(
            Conversion(pool),
            Chunking(dense, parts.planning.chunking.installation),
            BatchEncoding(dense, chunks.lexical, StandingPoints(safe, name)),
            ChunkWriting(own, partial(_retire_beside, chunks, here)),
        )
        return _ingestion(parts, generations, own, pipeline, here, all_hooks)

    return Documents(
        index=chunks.index,
        sets=parts.planning.sets,
        catalogue=parts.catalogue,
        jobs=parts.jobs,
        work=parts.work,
        presence=parts.presence,
        ingestion_for=ingestion_for,
    )


def _retire_beside(
    chunks: Chunks, here: Presence, set_name: str, ids: Sequence[str], generation: int
) -> None:
    here.guard.check()
    chunks.collections.retire_beside(set_name, ids, generation)


def _ingestion(
    parts: JobParts,
    generations: Generations,
    index: ChunkIndex,
    pipeline: Pipeline,
    here: Presence,
    hooks: Hooks,
) -> Ingestion:
    return Ingestion(
        store=parts.store,
        work=parts.work,
        documents=parts.documents,
        planning=parts.planning,
        writing=Writing(BatchPipeline(pipeline), parts.documents, here.guard, parts.planning),
        generations=generations,
        catalogue=parts.catalogue,
        index=index,
        hooks=hooks,
    )


def _limits(bounds: Bounds) -> Limits:
    return Limits(
        max_bytes=bounds.max_file_megabytes * MEGABYTE,
        max_characters=bounds.max_text_megacharacters * MEGABYTE,
        seconds=bounds.max_conversion_seconds,
        memory_bytes=bounds.max_conversion_megabytes * MEGABYTE,
        ocr_languages=bounds.ocr_languages if bounds.ocr else None,
    )
