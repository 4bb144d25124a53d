"""A running engine in a folder of its own, and a collection to write to."""

from __future__ import annotations

import contextlib
import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from qdrant_client import models

from storage.edge.client import EdgeClient
from storage.edge.folder import EngineFolder
from storage.edge.settings import EngineSettings

COLLECTION = "things"


def points(number: int, name: str = "some") -> list[models.PointStruct]:
    """New points of one word, all alike but for their ids."""
    return [
        models.PointStruct(
            id=str(uuid.uuid4()),
            vector={
                "dense": [1.0, 0.0, 0.0, 0.0],
                "bm25": models.SparseVector(indices=[7], values=[1.0]),
            },
            payload={"name": name},
        )
        for _ in range(number)
    ]


def create(client: EdgeClient, collection: str = COLLECTION) -> None:
    client.create_collection(
        collection,
        vectors_config={"dense": models.VectorParams(size=4, distance=models.Distance.COSINE)},
        sparse_vectors_config={"bm25": models.SparseVectorParams(modifier=models.Modifier.IDF)},
    )


def end_engine(folder: Path, how: signal.Signals = signal.SIGKILL) -> None:
    """Ends the engine of the folder, if one runs: its lock tells."""
    place = EngineFolder(folder)
    if not (folder / "engine.lock").exists():
        return
    descriptor = place.lock()
    if descriptor is not None:
        os.close(descriptor)
        return
    process = place.holder()
    assert process is not None
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, how)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineSettings]:
    """Settings for an engine that, once started, ends with the test."""
    folder = tmp_path / "engine"
    yield EngineSettings(str(folder), lock_seconds=1.0)
    end_engine(folder)


@pytest.fixture
def client(engine: EngineSettings) -> Iterator[EdgeClient]:
    """Connected to a running engine with an empty collection."""
    with closing(EdgeClient(engine, timeout=20.0)) as connected:
        create(connected)
        yield connected
