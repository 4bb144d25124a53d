"""Chunks by their place, over every vector store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.document_places import DocumentPlaces
from storage.scope import Filters, Scope
from storage.vector_client import VectorClient
from storage.vector_schema import point_id
from storage.vectors import ChunkIndex
from tests.contract.test_vector_store import chunk, write

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")


@pytest.fixture
def places(client: VectorClient, collection: str) -> DocumentPlaces:
    return DocumentPlaces(client, collection)


def test_the_neighbours_of_a_chunk_are_those_of_its_document_and_generation(
    index: ChunkIndex, places: DocumentPlaces
) -> None:
    first, second, third = (replace(chunk("a"), ordinal=number) for number in range(3))
    write(index, [first, second, third, chunk("b")])
    write(index, [replace(second, text="rewritten")], generation=2)
    index.retire([point_id(second, 1)], 2)
    scope = Scope({"handbook": 1, "other": 1}, frozenset())
    assert places.neighbours(second, scope) == (first, third)
    assert places.neighbours(first, scope) == (None, second)
    assert places.neighbours(third, replace(scope, generations={"handbook": 2})) == (
        replace(second, text="rewritten"),
        None,
    )
    assert places.neighbours(first, replace(scope, generations={"other": 1})) == (None, None)


def test_nobody_sees_a_neighbour_that_they_may_not_read(index: ChunkIndex, places: DocumentPlaces) -> None:
    secret = [replace(chunk("a", groups=("hr",)), ordinal=number) for number in range(2)]
    write(index, secret)
    assert places.neighbours(secret[0], Scope({"handbook": 1}, frozenset())) == (None, None)
    assert places.neighbours(secret[0], Scope({"handbook": 1}, frozenset({"hr"}))) == (None, secret[1])


def test_documents_are_readable_by_group_whatever_the_filters(
    index: ChunkIndex, places: DocumentPlaces
) -> None:
    write(
        index,
        [chunk("open"), replace(chunk("open"), ordinal=1), chunk("secret", groups=("hr",)), chunk("b", "o")],
    )
    scope = Scope({"handbook": 1}, frozenset(), Filters(kinds=frozenset({"pdf"})))
    asked = ["open", "secret", "b", "unknown"]
    assert places.readable_documents("handbook", asked, scope) == {"open"}
    assert places.readable_documents("handbook", asked, replace(scope, groups=frozenset({"hr"}))) == {
        "open",
        "secret",
    }
    assert places.readable_documents("o", asked, scope) == set()
