"""The index of chunks in the collection of the embedder in use, and what other embedders left beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock

from rag_app.bootstrap.models import open_embedder
from rag_app.settings import Settings
from storage.catalogue import Catalogue
from storage.chunk_collections import ChunkCollections
from storage.collection_records import CollectionRecords
from storage.database import Database
from storage.encoding.dense import DenseEncoder
from storage.encoding.lexical import LexicalEncoder
from storage.errors import Permanent
from storage.inference import InferencePool
from storage.models.assembly import no_progress
from storage.vector_client import VectorClient
from storage.vectors import ChunkIndex

AVERAGE_LENGTH = 190.0  # BM25 terms a chunk, at the default chunk size


@dataclass(frozen=True)
class Chunks:
    """`encoder_of` gives the embedder of a collection beside, loaded when it is first asked for."""

    collections: ChunkCollections
    index: ChunkIndex
    lexical: LexicalEncoder
    encoder_of: Callable[[str], DenseEncoder]


def open_chunks(
    settings: Settings, database: Database, client: VectorClient, dense: DenseEncoder, pool: InferencePool
) -> Chunks:
    collections = ChunkCollections(
        client,
        CollectionRecords(database),
        Catalogue(database),
        settings.qdrant.collection,
        dense.version,
        dense.dimension,
        AVERAGE_LENGTH,
    )
    index = ChunkIndex(collections.spanning(), collections.home.name)
    index.ensure(dense.dimension)
    loading = Lock()

    @cache
    def loaded(collection: str) -> DenseEncoder:
        return _former_embedder(settings, collections.embedder(collection), pool)

    def encoder_of(collection: str) -> DenseEncoder:
        with loading:  # of many questions at once, one loads it
            return loaded(collection)

    return Chunks(collections, index, LexicalEncoder(collections.home.average_length), encoder_of)


def initial_weights(lexical: LexicalEncoder) -> str:
    """What made the BM25 weights of points from before they said so themselves."""
    return LexicalEncoder(AVERAGE_LENGTH, lexical.k1, lexical.b).version


def _former_embedder(settings: Settings, version: str, pool: InferencePool) -> DenseEncoder:
    """Raises a Problem where the files that made the vectors are not to be had any more."""
    name = version.rpartition("@")[0]
    found = open_embedder(settings, pool, no_progress, name)
    if found.version != version:
        raise Permanent(
            f"Document sets were ingested with the embedder {version}, and {name} is now {found.version}.",
            "Bring its files back until those sets are ingested again; `rag-app sets list` names them.",
        )
    return found
