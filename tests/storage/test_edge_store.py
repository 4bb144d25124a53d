"""What the engine does with its collections between requests, without the process around it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.edge.store import Store
from storage.edge.wire import Message, Numbers

SCHEMA = {"vectors": {"dense": {"size": 4, "distance": "Cosine"}}, "sparse_vectors": {"bm25": {}}}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path, reserve_bytes=0)) as opened:
        ask(opened, {"op": "create_collection", "schema": SCHEMA})
        yield opened


def ask(store: Store, message: Message, numbers: bytes = b"") -> object:
    return store.answer({"collection": "things", **message}, numbers)["ok"]


def write(store: Store, number: int) -> None:
    numbers = Numbers()
    wire = [
        {"id": str(uuid.uuid4()), "vectors": {"dense": numbers.dense([1, 0, 0, 0])}, "payload": {}}
        for _ in range(number)
    ]
    ask(store, {"op": "upsert", "points": wire}, numbers.joined())


def test_a_change_asks_for_a_flush_and_for_an_optimization_once(store: Store) -> None:
    assert not store.unflushed
    write(store, 30)
    assert store.unflushed
    assert store.changed
    store.flush()
    store.optimize()
    assert not store.unflushed
    assert not store.changed
    assert ask(store, {"op": "count", "filter": None, "exact": True}) == 30


def test_maintenance_that_fails_keeps_what_was_written_and_waits(store: Store) -> None:
    write(store, 3)
    store._reserve_bytes = 2**60
    store.flush()
    store.optimize()
    assert not store.unflushed
    assert not store.changed
    store._reserve_bytes = 0
    assert ask(store, {"op": "count", "filter": None, "exact": True}) == 3


def test_a_deleted_collection_leaves_no_file(store: Store, tmp_path: Path) -> None:
    write(store, 3)
    assert ask(store, {"op": "delete_collection"}) is True
    assert ask(store, {"op": "delete_collection"}) is False
    assert list(tmp_path.iterdir()) == []
