"""Vectors of points that stand: read by name, and changed without the others, over every vector store."""

from __future__ import annotations

import contextlib
import math

import pytest
from qdrant_client import models

from storage.errors import NotFound
from storage.scope import Scope
from storage.sparse import SparseVector
from storage.vector_client import VectorClient
from storage.vector_schema import point_id
from storage.vectors import ChunkIndex
from tests.contract.test_vector_store import EAST, NORTHEAST, chunk, write

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")


def test_vectors_can_be_read_and_the_words_alone_be_changed(index: ChunkIndex, client: VectorClient) -> None:
    (kept,) = write(index, [chunk("a")], dense=NORTHEAST, sparse=SparseVector((1,), (1.0,)))
    unknown = point_id(chunk("b"), 1)
    points = [
        models.PointVectors(id=id_, vector={"bm25": models.SparseVector(indices=[2], values=[3.0])})
        for id_ in (kept, unknown)
    ]
    with contextlib.suppress(NotFound, KeyError):  # the others are written even so
        client.update_vectors(index.collection, points=points)
    (record,) = client.retrieve(index.collection, ids=[kept], with_payload=False, with_vectors=["dense"])
    assert isinstance(record.vector, dict)
    assert record.vector["dense"] == pytest.approx([math.sqrt(0.5)] * 2 + [0, 0], abs=1e-6)
    scope = Scope({"handbook": 1}, frozenset())
    assert index.search(EAST, SparseVector((1,), (1.0,)), scope, 5)[1] == []
    dense, words = index.search(NORTHEAST, SparseVector((2,), (1.0,)), scope, 5)
    assert [hit.id for hit in dense] == [hit.id for hit in words] == [kept]
    assert dense[0].score == pytest.approx(1.0, abs=1e-6)
