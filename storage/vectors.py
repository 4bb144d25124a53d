"""The index of chunks: dense and BM25 vectors side by side, in generations that readers pin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qdrant_client import models
from qdrant_client.http.models import QueryResponse

from storage.chunk import Chunk
from storage.errors import InvalidInput, Permanent
from storage.scope import Scope, equals, readable, visible
from storage.sparse import SparseVector
from storage.vector_client import VectorClient
from storage.vector_schema import (
    DENSE,
    INDEXES,
    NEVER,
    SPARSE,
    point_id,
    sparse_vectors_config,
    to_chunk,
    to_payload,
    vectors_config,
)

# A server refuses requests of more than 32 MB; 256 chunks of 1,024 dimensions as text are 6 MB.
_POINTS_PER_REQUEST = 256
_CHUNKS_PER_PAGE = 256


@dataclass(frozen=True, slots=True)
class Hit:
    """A point that a branch of the search found, with the branch's own score."""

    id: str
    score: float


class ChunkIndex:
    """One collection of `client`. Writes are acknowledged, and every write may be repeated."""

    def __init__(self, client: VectorClient, collection: str) -> None:
        self._client = client
        self.collection = collection

    def ensure(self, dimension: int) -> None:
        """Creates the collection or what it lacks; Permanent where it holds vectors of another dimension."""
        if not self._client.collection_exists(self.collection):
            self._create(dimension)
        found = self._client.get_collection(self.collection)
        vectors = found.config.params.vectors
        stored = vectors[DENSE].size if isinstance(vectors, dict) and DENSE in vectors else None
        if stored != dimension:
            raise Permanent(
                f"The collection {self.collection!r} holds vectors of {stored} dimensions, "
                f"the embedding model makes {dimension}.",
                "Set the former embedding model again, or name another collection and ingest into it.",
            )
        for field in INDEXES.keys() - found.payload_schema.keys():
            self._client.create_payload_index(self.collection, field_name=field, field_schema=INDEXES[field])

    def _create(self, dimension: int) -> None:
        try:
            self._client.create_collection(
                self.collection,
                vectors_config=vectors_config(dimension),
                sparse_vectors_config=sparse_vectors_config(),
            )
        except InvalidInput:
            # another process was faster; what it made is checked like any other
            if not self._client.collection_exists(self.collection):
                raise

    def write(
        self,
        chunks: Sequence[Chunk],
        dense: NDArray[np.float32],
        sparse: Sequence[SparseVector],
        generation: int,
        lexical: str = "",
    ) -> None:
        """Adds chunks that are visible from `generation` on; `dense` is (chunks, dimension).

        `lexical` names what made the sparse vectors.
        """
        _check_vectors(chunks, dense, sparse)
        for start in range(0, len(chunks), _POINTS_PER_REQUEST):
            part = range(start, min(start + _POINTS_PER_REQUEST, len(chunks)))
            points = [
                models.PointStruct(
                    id=point_id(chunks[row], generation),
                    vector={DENSE: dense[row].tolist(), SPARSE: _to_sparse(sparse[row])},
                    payload=to_payload(chunks[row], generation, lexical),
                )
                for row in part
            ]
            self._client.upsert(self.collection, points=points)

    def retire(self, ids: Sequence[str], generation: int) -> None:
        """Hides points from `generation` on; what an earlier generation retired stays retired by it."""
        for start in range(0, len(ids), _POINTS_PER_REQUEST):
            chosen = models.HasIdCondition(has_id=list(ids[start : start + _POINTS_PER_REQUEST]))
            self._client.set_payload(
                self.collection,
                payload={"until": generation},
                points=models.Filter(must=[chosen, equals("until", NEVER)]),
            )

    def restore(self, ids: Sequence[str], generation: int) -> None:
        """Shows again what `generation` had retired."""
        for start in range(0, len(ids), _POINTS_PER_REQUEST):
            chosen = models.HasIdCondition(has_id=list(ids[start : start + _POINTS_PER_REQUEST]))
            retired = models.Filter(must=[chosen, equals("until", generation)])
            self._client.set_payload(self.collection, payload={"until": NEVER}, points=retired)

    def retire_documents(self, set: str, document_ids: Sequence[str], generation: int) -> None:  # noqa: A002
        """Hides from `generation` on all chunks of these documents that an earlier generation wrote."""
        earlier = models.FieldCondition(key="from", range=models.Range(lt=generation))
        for start in range(0, len(document_ids), _POINTS_PER_REQUEST):
            some = list(document_ids[start : start + _POINTS_PER_REQUEST])
            chosen = models.FieldCondition(key="document_id", match=models.MatchAny(any=some))
            self._client.set_payload(
                self.collection,
                payload={"until": generation},
                points=models.Filter(must=[equals("set", set), chosen, earlier, equals("until", NEVER)]),
            )

    def undo(self, set: str, generation: int) -> None:  # noqa: A002 - the domain's word
        """Abandons a generation that was not published: what it added goes, what it retired comes back."""
        added = models.Filter(must=[equals("set", set), equals("from", generation)])
        self._client.delete(self.collection, points_selector=added)
        retired = models.Filter(must=[equals("set", set), equals("until", generation)])
        self._client.set_payload(self.collection, payload={"until": NEVER}, points=retired)

    def delete(self, ids: Sequence[str]) -> None:
        """Deletes points for good; unknown ids are passed over."""
        for start in range(0, len(ids), _POINTS_PER_REQUEST):
            chosen = models.HasIdCondition(has_id=list(ids[start : start + _POINTS_PER_REQUEST]))
            self._client.delete(self.collection, points_selector=models.Filter(must=[chosen]))

    def delete_set(self, set: str) -> int:  # noqa: A002
        """Deletes all generations of a document set for good; returns how many points."""
        return self._delete(models.Filter(must=[equals("set", set)]))

    def delete_document(self, set: str, document_id: str) -> int:  # noqa: A002
        """Deletes a document of all generations for good; returns how many points."""
        return self._delete(_of_document(set, document_id))

    def delete_ended(self, set: str, generation: int) -> int:  # noqa: A002
        """Deletes for good what no reader of `generation` or a later one sees; returns how many points."""
        before = models.FieldCondition(key="until", range=models.Range(lte=generation))
        return self._delete(models.Filter(must=[equals("set", set), before]))

    def _delete(self, chosen: models.Filter) -> int:
        count = self._client.count(self.collection, count_filter=chosen).count
        if count:
            self._client.delete(self.collection, points_selector=chosen)
        return count

    def contents(self, set: str, document_id: str | None = None) -> frozenset[str]:  # noqa: A002
        """Hashes of all chunks of the set, or of one document, in whatever generation."""
        chosen = models.Filter(must=[equals("set", set)]) if document_id is None else None
        found = self._pages(chosen or _of_document(set, document_id or ""))
        return frozenset(str(payload["content_hash"]) for _, payload in found)

    def search(
        self,
        dense: NDArray[np.float32],
        sparse: SparseVector,
        scope: Scope,
        depth: int,
        expanded: Mapping[str, SparseVector] | None = None,
    ) -> tuple[list[Hit], list[Hit]]:
        """The `depth` best of the dense branch and of the BM25 branch, best first, equals by id.

        Rarity of terms is that of the live points, so that a generation being built moves no score, nor
        does what the principal may not read. `expanded` has the words to ask of single sets instead.
        """
        if not scope.generations:
            return [], []
        seen = readable(scope)
        live = models.SearchParams(idf=models.IdfCorpusParams(corpus=visible(scope.generations)))
        requests = [models.QueryRequest(query=dense.tolist(), using=DENSE, filter=seen, limit=depth)]
        requests += [
            models.QueryRequest(
                query=_to_sparse(words), using=SPARSE, filter=readable(part), limit=depth, params=live
            )
            for words, part in by_words(sparse, scope, expanded or {})
        ]
        answers = self._client.query_batch_points(self.collection, requests=requests)
        return _hits(answers[:1], depth), _hits(answers[1:], depth)

    def fetch(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """The chunks of the ids that exist."""
        if not ids:
            return {}
        records = self._client.retrieve(self.collection, ids=ids, with_payload=True)
        return {str(record.id): to_chunk(record.payload or {}) for record in records}

    def scan(self, set: str, generation: int) -> Iterator[tuple[str, Chunk]]:  # noqa: A002
        """All points of a set that are visible at a generation, by id, read a page at a time."""
        return ((key, to_chunk(payload)) for key, payload in self._pages(visible({set: generation})))

    def chunks_of(
        self,
        set: str,  # noqa: A002
        generation: int,
        document_ids: Sequence[str],
    ) -> Iterator[tuple[str, Chunk]]:
        """The points of these documents that are visible at a generation."""
        for start in range(0, len(document_ids), _POINTS_PER_REQUEST):
            some = list(document_ids[start : start + _POINTS_PER_REQUEST])
            chosen = models.FieldCondition(key="document_id", match=models.MatchAny(any=some))
            found = self._pages(models.Filter(must=[visible({set: generation}), chosen]))
            yield from ((key, to_chunk(payload)) for key, payload in found)

    def _pages(self, chosen: models.Filter) -> Iterator[tuple[str, dict[str, Any]]]:
        offset = None
        while True:
            page, offset = self._client.scroll(
                self.collection,
                scroll_filter=chosen,
                limit=_CHUNKS_PER_PAGE,
                offset=offset,
                with_payload=True,
            )
            for record in page:
                yield str(record.id), record.payload or {}
            if offset is None:
                return

    def count(self, set: str, generation: int) -> int:  # noqa: A002
        """How many points of a set are visible at a generation."""
        seen = visible({set: generation})
        return self._client.count(self.collection, count_filter=seen).count


def _of_document(set_: str, document_id: str) -> models.Filter:
    return models.Filter(must=[equals("set", set_), equals("document_id", document_id)])


def _check_vectors(
    chunks: Sequence[Chunk], dense: NDArray[np.float32], sparse: Sequence[SparseVector]
) -> None:
    if len(dense) != len(chunks) or len(sparse) != len(chunks):
        raise InvalidInput(
            f"{len(chunks)} chunks came with {len(dense)} dense and {len(sparse)} sparse vectors."
        )
    broken = [chunk for chunk, vector in zip(chunks, dense, strict=True) if not np.isfinite(vector).all()]
    if broken:
        raise InvalidInput(
            f"The vector of chunk {broken[0].ordinal} of {broken[0].document_id!r} "
            "holds numbers that are not finite.",
            "Check the embedding model (rag-app models verify).",
        )


def _to_sparse(vector: SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=list(vector.indices), values=list(vector.values))


def by_words(
    sparse: SparseVector, scope: Scope, expanded: Mapping[str, SparseVector]
) -> list[tuple[SparseVector, Scope]]:
    """What to ask of which sets: those that are asked the same together, without words not at all."""
    asked: dict[SparseVector, list[str]] = {}
    for name in scope.generations:
        asked.setdefault(expanded.get(name, sparse), []).append(name)
    return [(words, scope.within(names)) for words, names in asked.items() if words.indices]


def _hits(answers: Sequence[QueryResponse], depth: int) -> list[Hit]:
    hits = [Hit(str(point.id), point.score) for answer in answers for point in answer.points]
    return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:depth]
