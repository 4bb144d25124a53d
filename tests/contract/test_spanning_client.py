"""Two collections of chunks as one, over every vector store."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import numpy as np
import pytest

from storage.scope import Scope
from storage.spanning_client import SpanningClient
from storage.vector_client import VectorClient
from storage.vectors import ChunkIndex
from tests.contract.conftest import DIMENSION
from tests.contract.test_vector_store import EAST, WORD, chunk, write

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")
WIDE = np.ones(2 * DIMENSION, dtype=np.float32)


@pytest.fixture
def beside(client: VectorClient) -> Iterator[ChunkIndex]:
    """A collection of another model, whose vectors are longer."""
    index = ChunkIndex(client, f"beside-{uuid.uuid4().hex}")
    index.ensure(2 * DIMENSION)
    yield index
    client.delete_collection(index.collection)


@pytest.fixture
def both(client: VectorClient, index: ChunkIndex, beside: ChunkIndex) -> ChunkIndex:
    return ChunkIndex(
        SpanningClient(client, index.collection, lambda: [beside.collection, "gone"]), index.collection
    )


def test_both_are_read_by_generation(both: ChunkIndex, beside: ChunkIndex) -> None:
    old = write(beside, [chunk("a"), chunk("b")], generation=1, dense=WIDE)
    (new,) = write(both, [chunk("a")], generation=2)
    both.retire_documents("handbook", ["a"], 2)
    assert {id_ for id_, _ in both.scan("handbook", 1)} == set(old)
    assert {id_ for id_, _ in both.scan("handbook", 2)} == {new, old[1]}
    assert (both.count("handbook", 1), both.count("handbook", 2)) == (2, 2)
    assert {id_ for id_, _ in both.chunks_of("handbook", 2, ["a"])} == {new}
    assert both.fetch([new, *old]).keys() == {new, *old}
    assert both.contents("handbook", "a") == {chunk("a").content_hash}


def test_a_generation_is_undone_in_both(both: ChunkIndex, beside: ChunkIndex) -> None:
    (old,) = write(beside, [chunk("a")], generation=1, dense=WIDE)
    write(both, [chunk("a")], generation=2)
    both.retire_documents("handbook", ["a"], 2)
    both.undo("handbook", 2)
    assert {id_ for id_, _ in both.scan("handbook", 3)} == {old}


def test_what_ended_and_what_is_purged_goes_from_both(both: ChunkIndex, beside: ChunkIndex) -> None:
    write(beside, [chunk("a"), chunk("b")], generation=1, dense=WIDE)
    write(both, [chunk("a"), chunk("c")], generation=2)
    both.retire_documents("handbook", ["a"], 2)
    assert both.delete_ended("handbook", 2) == 1
    assert both.delete_document("handbook", "b") == 1
    assert both.delete_set("handbook") == 2


def test_more_than_one_page_is_read_of_each(both: ChunkIndex, beside: ChunkIndex) -> None:
    write(beside, [chunk(f"old-{n}") for n in range(300)], dense=WIDE)
    write(both, [chunk(f"new-{n}") for n in range(300)])
    assert len({id_ for id_, _ in both.scan("handbook", 1)}) == 600


def test_only_home_is_searched(both: ChunkIndex, beside: ChunkIndex) -> None:
    write(beside, [chunk("a")], dense=WIDE)
    (home,) = write(both, [chunk("b")])
    scope = Scope({"handbook": 1}, frozenset())
    assert [[hit.id for hit in hits] for hits in both.search(EAST, WORD, scope, 5)] == [[home], [home]]
    assert len(beside.search(WIDE, WORD, scope, 5)[0]) == 1
