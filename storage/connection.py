"""Which vector store an address means: a server or cluster by its URL, else the embedded engine."""

from __future__ import annotations

from pathlib import Path

from storage.edge.client import EdgeClient
from storage.edge.settings import EngineSettings
from storage.errors import InvalidInput
from storage.qdrant_server import ServerClient
from storage.vector_client import VectorClient


def connect(url: str | None, api_key: str | None, folder: Path) -> VectorClient:
    """Nothing is contacted or started before the first call; `folder` is the embedded engine's own."""
    if url is None:
        return EdgeClient(EngineSettings(str(folder)))
    if not url.startswith(("http://", "https://")):
        raise InvalidInput(f"{url!r} is not the address of a Qdrant server.", "Give it as https://host:6333.")
    return ServerClient(url, api_key)
