"""What is deleted for good, over every vector store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.vectors import ChunkIndex
from tests.contract.test_vector_store import chunk, found, write

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")


def test_what_ended_before_a_generation_is_deleted_and_nothing_else(index: ChunkIndex) -> None:
    first, second, kept = write(index, [chunk("first"), chunk("second"), chunk("kept")], generation=1)
    write(index, [chunk("first", "other")], generation=1)
    index.retire([first], 2)
    index.retire([second], 3)
    index.retire_documents("other", ["first"], 2)
    assert index.delete_ended("handbook", 1) == 0
    assert index.delete_ended("handbook", 2) == 1
    assert set(index.fetch([first, second, kept])) == {second, kept}
    assert found(index, {"handbook": 2}) == {"second", "kept"}
    assert found(index, {"other": 1}) == {"first"}


def test_a_document_is_deleted_from_all_generations_of_its_set(index: ChunkIndex) -> None:
    for generation in (1, 2):
        write(index, [chunk("gone"), chunk("kept")], generation)
    write(index, [chunk("gone", "other")], 1)
    assert index.contents("handbook", "gone") == {chunk("gone").content_hash}
    assert index.contents("handbook") == {chunk("gone").content_hash, chunk("kept").content_hash}
    assert index.delete_document("handbook", "gone") == 2
    assert index.delete_document("handbook", "gone") == 0
    assert found(index, {"handbook": 2, "other": 1}) == {"kept", "gone"}
    assert index.contents("handbook", "gone") == frozenset()
    assert index.delete_set("handbook") == 2


def test_chunks_of_some_documents_are_those_of_the_generation(index: ChunkIndex) -> None:
    old, _ = write(index, [chunk("a"), chunk("b")], generation=1)
    index.retire([old], 2)
    (new,) = write(index, [replace(chunk("a"), text="Another text.")], generation=2)
    assert {id_ for id_, _ in index.chunks_of("handbook", 1, ["a", "c"])} == {old}
    assert [(id_, one.text) for id_, one in index.chunks_of("handbook", 2, ["a"])] == [(new, "Another text.")]
    assert list(index.chunks_of("handbook", 2, [])) == []
