"""What documents have in the index already, so that a new revision of them reuses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qdrant_client import models

from storage.chunk import Chunk
from storage.scope import equals
from storage.vector_client import VectorClient
from storage.vector_schema import DENSE, to_chunk

_POINTS_PER_PAGE = 256
_VECTORS_PER_REQUEST = 64


@dataclass(frozen=True, slots=True)
class StandingPoint:
    """A chunk as it is stored, and what was embedded of it, by hash.

    `lexical` names what its BM25 weights were made with, "" where unknown.
    """

    id: str
    chunk: Chunk
    content_hash: str
    lexical: str
    from_generation: int
    until: int


class StandingPoints:
    """The points of `collection`, seen by the build of a generation that nobody reads yet."""

    def __init__(self, client: VectorClient, collection: str) -> None:
        self._client = client
        self._collection = collection

    def of(self, set: str, document_ids: Sequence[str], generation: int) -> list[StandingPoint]:  # noqa: A002
        """What these documents have without the build of `generation`, and what it has written or retired
        of them so far.
        """
        found: list[StandingPoint] = []
        offset = None
        while document_ids:
            page, offset = self._client.scroll(
                self._collection,
                scroll_filter=_of_documents(set, document_ids, generation),
                limit=_POINTS_PER_PAGE,
                offset=offset,
                with_payload=True,
            )
            found += [_standing(str(record.id), record.payload or {}) for record in page]
            if offset is None:
                break
        return found

    def dense(self, ids: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """Id -> dense vector (dimension,), of those that exist."""
        found = {}
        for start in range(0, len(ids), _VECTORS_PER_REQUEST):
            records = self._client.retrieve(
                self._collection,
                ids=ids[start : start + _VECTORS_PER_REQUEST],
                with_payload=False,
                with_vectors=[DENSE],
            )
            for record in records:
                vectors = record.vector
                assert isinstance(vectors, dict)  # noqa: S101 - the vectors of our collections have names
                found[str(record.id)] = np.asarray(vectors[DENSE], dtype=np.float32)
        return found


def _of_documents(set_: str, document_ids: Sequence[str], generation: int) -> models.Filter:
    documents = models.FieldCondition(key="document_id", match=models.MatchAny(any=list(document_ids)))
    standing = models.FieldCondition(key="until", range=models.Range(gte=generation))
    return models.Filter(must=[equals("set", set_), documents, standing])


def _standing(id_: str, payload: dict[str, Any]) -> StandingPoint:
    return StandingPoint(
        id_,
        to_chunk(payload),
        payload["content_hash"],
        payload.get("lexical", ""),
        payload["from"],
        payload["until"],
    )
