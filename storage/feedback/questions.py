"""Past questions as vectors: which of those that people voted on are like the one asked now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray
from qdrant_client import models

from storage.errors import InvalidInput
from storage.vector_client import VectorClient
from storage.vector_schema import DENSE, vectors_config

_NAMESPACE = UUID("0a0c3c54-3f3c-4f0e-8a4c-2f6a9d0d7b55")
_POINTS_PER_REQUEST = 256


class QuestionIndex:
    """One small collection of `client`, made at the first vote: a point a question and document set.

    A search sees only questions about the sets it names, and gives nothing of them but keys.
    """

    def __init__(self, client: VectorClient, collection: str) -> None:
        self._client = client
        self.collection = collection
        self._there = False

    def exists(self) -> bool:
        self._there = self._there or self._client.collection_exists(self.collection)
        return self._there

    def put(self, questions: Sequence[tuple[str, str]], dense: NDArray[np.float32]) -> None:
        """Adds (key, set) pairs with their vectors (questions, dimension); repeating it changes nothing."""
        if not questions:
            return
        self._ensure(dense.shape[1])
        points = [
            models.PointStruct(
                id=_point_id(key, set_),
                vector={DENSE: vector.tolist()},
                payload={"question": key, "set": set_},
            )
            for (key, set_), vector in zip(questions, dense, strict=True)
        ]
        for start in range(0, len(points), _POINTS_PER_REQUEST):
            self._client.upsert(self.collection, points=points[start : start + _POINTS_PER_REQUEST])

    def forget(self, questions: Sequence[tuple[str, str]]) -> None:
        """Deletes the points of (key, set) pairs; unknown ones are passed over."""
        if not questions or not self.exists():
            return
        ids = [_point_id(key, set_) for key, set_ in questions]
        for start in range(0, len(ids), _POINTS_PER_REQUEST):
            chosen = models.HasIdCondition(has_id=list(ids[start : start + _POINTS_PER_REQUEST]))
            self._client.delete(self.collection, points_selector=models.Filter(must=[chosen]))

    def nearest(self, dense: NDArray[np.float32], sets: Collection[str], limit: int) -> Mapping[str, float]:
        """Question key -> cosine similarity, of the `limit` nearest; empty before the first vote."""
        if not sets or not self.exists():
            return {}
        of_sets = models.FieldCondition(key="set", match=models.MatchAny(any=sorted(sets)))
        request = models.QueryRequest(
            query=dense.tolist(),
            using=DENSE,
            filter=models.Filter(must=[of_sets]),
            limit=limit,
            with_payload=True,
        )
        [answer] = self._client.query_batch_points(self.collection, requests=[request])
        found: dict[str, float] = {}
        for point in answer.points:
            key = str((point.payload or {})["question"])
            found[key] = max(point.score, found.get(key, -1.0))
        return found

    def _ensure(self, dimension: int) -> None:
        if self.exists():
            return
        try:
            self._client.create_collection(
                self.collection, vectors_config=vectors_config(dimension), sparse_vectors_config={}
            )
        except InvalidInput:
            # another process was faster
            if not self._client.collection_exists(self.collection):
                raise
        self._client.create_payload_index(
            self.collection, field_name="set", field_schema=models.PayloadSchemaType.KEYWORD
        )


def _point_id(key: str, set_: str) -> str:
    return str(uuid5(_NAMESPACE, f"{key}\0{set_}"))
