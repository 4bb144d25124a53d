"""Where things are kept: the data folder, the relational database and the index of chunks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from rag_app.light_bootstrap import make_data_dir, open_store, utc_now
from rag_app.settings import Settings
from storage.connection import connect
from storage.edge.client import EdgeClient
from storage.vector_client import VectorClient

__all__ = ["compacting", "make_data_dir", "open_store", "open_vectors", "utc_now"]


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
