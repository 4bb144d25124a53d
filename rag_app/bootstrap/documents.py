"""The document path: conversion, chunking, encoding and writing, generation by generation."""

from __future__ import annotations

from contextlib import ExitStack

from ingestion.batch import BatchEncoding, ChunkWriting
from ingestion.chunk_limits import ChunkLimits
from ingestion.chunking import CHUNKING, Chunking
from ingestion.conversion import Conversion, ConversionPool
from ingestion.converters import Limits
from ingestion.duplicates import DuplicateDetection
from rag_app.application import Documents, Sets
from rag_app.application.set_chunking import SetChunking
from rag_app.application.upkeep import Upkeep
from rag_app.bootstrap.chunks import Chunks, initial_weights
from rag_app.bootstrap.sources import open_sources
from rag_app.bootstrap.stores import LOCKS, utc_now
from rag_app.pipelines import ingestion_pipeline
from rag_app.settings import Ingestion, Settings
from storage.catalogue import Catalogue
from storage.collection_records import CollectionRecords
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.encoding.dense import DenseEncoder
from storage.encoding.terms import ANALYSIS
from storage.generations import Generations
from storage.lexical_drift import LexicalDrift
from storage.likenesses import Likenesses
from storage.standing import StandingPoints
from storage.vector_client import VectorClient

MEGABYTE = 1_000_000


def document_path(
    settings: Settings,
    database: Database,
    sets: DocumentSets,
    client: VectorClient,
    chunks: Chunks,
    dense: DenseEncoder,
    stack: ExitStack,
    administered: Sets,
    likenesses: Likenesses,
) -> Documents:
    bounds, index = settings.ingestion, chunks.index
    limits = ChunkLimits(bounds.chunk_tokens, bounds.min_chunk_tokens, bounds.overlap_sentences)
    pool = ConversionPool(settings.threads, _limits(bounds))
    stack.callback(pool.close)
    standing = StandingPoints(client, index.collection)
    pipeline = ingestion_pipeline(
        Conversion(pool),
        Chunking(dense, limits),
        BatchEncoding(dense, chunks.lexical, standing),
        ChunkWriting(index, chunks.collections.retire_beside),
    )
    weights = initial_weights(chunks.lexical)
    drift = LexicalDrift(client, index.collection, CollectionRecords(database), chunks.lexical, weights)
    upkeep = Upkeep(DuplicateDetection(likenesses), drift, sets)
    return Documents(
        pipeline=pipeline,
        index=index,
        sets=sets,
        sources=open_sources(settings, database),
        generations=Generations(database, utc_now),
        catalogue=Catalogue(database),
        chunking=SetChunking(limits, f"{ANALYSIS}/{CHUNKING}", chunks.collections.home.key),
        locks=settings.data_dir / LOCKS,
        half_life_days=settings.ranking.half_life_days,
        before_publish=(administered.gating.stop,),
        after_publish=(administered.clean_up, upkeep.run),
    )


def _limits(bounds: Ingestion) -> Limits:
    return Limits(
        max_bytes=bounds.max_file_megabytes * MEGABYTE,
        max_characters=bounds.max_text_megacharacters * MEGABYTE,
        seconds=bounds.max_conversion_seconds,
        memory_bytes=bounds.max_conversion_megabytes * MEGABYTE,
        ocr_languages=bounds.ocr_languages if bounds.ocr else None,
    )
