"""The vector stores that one suite runs over: local mode, the embedded engine, a real server."""

from __future__ import annotations

import rag_app.quiet_imports  # noqa: F401  # isort: skip

import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from qdrant_client import QdrantClient, models

from ranking.okapi import OkapiSource
from ranking.retrieval import CandidateSource
from storage.edge.client import EdgeClient
from storage.edge.settings import EngineSettings
from storage.encoding.lexical import LexicalEncoder
from storage.qdrant_server import ServerClient
from storage.vector_client import VectorClient
from storage.vectors import ChunkIndex

SERVER_URL = "RAG_APP_TEST_QDRANT_URL"
DIMENSION = 4
LEXICAL = LexicalEncoder(average_length=3)


TARGETS = ["local", "edge", *(["server"] if SERVER_URL in os.environ else [])]


@pytest.fixture(scope="module", params=TARGETS)
def target(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def client(target: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorClient]:
    if target == "local":
        with closing(QdrantClient(":memory:")) as local:
            yield local
    elif target == "edge":
        yield from _edge(tmp_path_factory.mktemp("edge"))
    else:
        key = os.environ.get("RAG_APP_TEST_QDRANT_API_KEY")
        with closing(ServerClient(os.environ[SERVER_URL], key)) as server:
            yield server


def _edge(folder: Path) -> Iterator[VectorClient]:
    with closing(EdgeClient(EngineSettings(str(folder)))) as edge:
        yield edge
        os.kill(edge.engine_process(), signal.SIGTERM)


@pytest.fixture(scope="module")
def collection(client: VectorClient) -> Iterator[str]:
    name = f"test-{uuid.uuid4().hex}"
    ChunkIndex(client, name).ensure(DIMENSION)
    yield name
    client.delete_collection(name)


@pytest.fixture(params=["qdrant", "rank_bm25"])
def source(request: pytest.FixtureRequest, index: ChunkIndex) -> CandidateSource:
    """What retrieval may stand on, over each vector store."""
    return index if request.param == "qdrant" else OkapiSource(index, LEXICAL)


@pytest.fixture
def index(client: VectorClient, collection: str) -> Iterator[ChunkIndex]:
    """Empty at the start of each test."""
    yield ChunkIndex(client, collection)
    client.delete(collection, points_selector=models.Filter())
