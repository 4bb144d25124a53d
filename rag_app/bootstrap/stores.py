"""Where things are kept: the data folder, the relational database and the index of chunks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from rag_app.settings import Settings
from storage.connection import connect
from storage.database import Database, open_database, sqlite_url
from storage.edge.client import EdgeClient
from storage.errors import Permanent
from storage.vector_client import VectorClient

LOCKS = "locks"  # folder of the data folder: who changes a set's documents


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


def open_vectors(settings: Settings, stack: ExitStack) -> VectorClient:
    key = settings.qdrant.api_key
    client = connect(
        settings.qdrant.url, key.get_secret_value() if key else None, settings.data_dir / "vectors"
    )
    stack.callback(client.close)
    return client


def compacting(client: VectorClient) -> Callable[[str], None]:
    """What leaves nothing deleted in a collection's files; a server sees to that by itself, in its time."""
    return client.compact if isinstance(client, EdgeClient) else lambda _collection: None


def utc_now() -> datetime:
    return datetime.now(UTC)
