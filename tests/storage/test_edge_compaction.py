"""What was deleted stands in no file of a collection that was compacted, and later changes count."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from qdrant_client import models

from storage.edge.client import EdgeClient
from storage.edge.settings import EngineSettings
from storage.vector_schema import DENSE, sparse_vectors_config, vectors_config

NAME = "things"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[EdgeClient]:
    with closing(EdgeClient(EngineSettings(str(tmp_path), reserve_bytes=0))) as opened:
        opened.create_collection(
            NAME, vectors_config=vectors_config(2), sparse_vectors_config=sparse_vectors_config()
        )
        yield opened
        os.kill(opened.engine_process(), signal.SIGTERM)


def _write(client: EdgeClient, numbers: range, text: str) -> None:
    points = [
        models.PointStruct(id=_id(n), vector={DENSE: [1.0, 0.0]}, payload={"text": f"{text} {n}"})
        for n in numbers
    ]
    client.upsert(NAME, points=points)


def _id(number: int) -> str:
    return str(UUID(int=number))


def _texts(client: EdgeClient) -> set[str]:
    records, _ = client.scroll(NAME, limit=100)
    return {(record.payload or {})["text"] for record in records}


def _holding(folder: Path, word: bytes) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.is_file() and word in file.read_bytes()]


def test_a_compacted_collection_keeps_what_stays_and_takes_changes(
    client: EdgeClient, tmp_path: Path
) -> None:
    _write(client, range(3), "kept")
    _write(client, range(3, 6), "kumquatist")
    client.delete(NAME, points_selector=[_id(number) for number in range(3, 6)])
    assert _holding(tmp_path, b"kumquatist")

    client.compact(NAME)

    assert _holding(tmp_path, b"kumquatist") == []
    assert _texts(client) == {"kept 0", "kept 1", "kept 2"}
    _write(client, range(2), "changed")
    client.delete(NAME, points_selector=[_id(2)])
    assert _texts(client) == {"changed 0", "changed 1"}
    os.kill(client.engine_process(), signal.SIGKILL)
    assert _texts(client) == {"changed 0", "changed 1"}


def test_what_is_not_there_is_compacted(client: EdgeClient) -> None:
    client.compact("nothing")
