"""Where things are kept: the data folder, the relational database and the index of chunks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from rag_app.settings import Settings
from storage.collection_records import CollectionRecord, CollectionRecords
from storage.connection import connect
from storage.database import Database, open_database, sqlite_url
from storage.edge.client import EdgeClient
from storage.encoding.dense import DenseEncoder
from storage.encoding.lexical import LexicalEncoder
from storage.errors import Permanent
from storage.vector_client import VectorClient
from storage.vectors import ChunkIndex

LOCKS = "locks"  # folder of the data folder: who changes a set's documents
AVERAGE_LENGTH = 190.0  # BM25 terms a chunk, at the default chunk size


def make_data_dir(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Permanent(
            f"The data folder {data_dir} cannot be made ({error.strerror}).",
            "Name another with RAG_APP_DATA_DIR.",
        ) from error


def open_store(settings: Settings, stack: ExitStack) -> Database:
    configured = settings.database.url
    url = configured.get_secret_value() if configured else sqlite_url(settings.data_dir / "rag-app.db")
    database = open_database(url)
    stack.callback(database.close)
    return database


def collection_record(records: CollectionRecords, name: str, dense: DenseEncoder) -> CollectionRecord:
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


def initial_weights(lexical: LexicalEncoder) -> str:
    """What made the BM25 weights of points from before they said so themselves."""
    return LexicalEncoder(AVERAGE_LENGTH, lexical.k1, lexical.b).version


def open_vectors(settings: Settings, stack: ExitStack) -> VectorClient:
    key = settings.qdrant.api_key
    client = connect(
        settings.qdrant.url, key.get_secret_value() if key else None, settings.data_dir / "vectors"
    )
    stack.callback(client.close)
    return client


def compacting(client: VectorClient, collection: str) -> Callable[[], None]:
    """What leaves nothing deleted in the collection's files; a server sees to that by itself, in its time."""
    if isinstance(client, EdgeClient):
        return lambda: client.compact(collection)
    return lambda: None


def open_index(client: VectorClient, record: CollectionRecord) -> ChunkIndex:
    index = ChunkIndex(client, record.name)
    index.ensure(record.dimension)
    return index


def utc_now() -> datetime:
    return datetime.now(UTC)
