"""Passages to measure with: the chunks of the example documents, as ingestion makes them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ingestion.chunk_limits import ChunkLimits
from ingestion.chunking import chunk
from ingestion.converters import convert
from ingestion.folder import list_folder
from rag_app.settings import load_settings
from storage.chunk import Chunk
from storage.encoding.dense import DenseEncoder
from storage.inference import InferencePool
from storage.models import ModelStore

EXAMPLES = Path(__file__).parents[1] / "examples" / "knowledge_base"


def example_chunks() -> list[Chunk]:
    settings = load_settings()
    pool = InferencePool(1)
    folder = ModelStore(settings.models.cache).resolve(settings.models.embedder)
    encoder = DenseEncoder(settings.models.embedder, folder, pool)
    bounds = settings.ingestion
    limits = ChunkLimits(bounds.chunk_tokens, bounds.min_chunk_tokens, bounds.overlap_sentences)
    now = datetime.now(UTC)
    documents = [convert(file.path, file.document_id, now=now) for file in list_folder(EXAMPLES).files]
    pool.close()
    return [made for document in documents for made in chunk(document, "examples", encoder, limits)]


def example_texts() -> list[str]:
    return [made.contextual_text for made in example_chunks()]
