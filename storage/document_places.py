"""Chunks by their place: what stands beside one, and which documents somebody may read at all."""

from __future__ import annotations

from collections.abc import Collection, Set
from dataclasses import replace

from qdrant_client import models

from storage.chunk import Chunk
from storage.scope import EVERYTHING, Scope, equals, readable
from storage.vector_client import VectorClient
from storage.vector_schema import to_chunk


class DocumentPlaces:
    """The documents of `collection`, in the eyes of one principal."""

    def __init__(self, client: VectorClient, collection: str) -> None:
        self._client = client
        self._collection = collection

    def neighbours(self, chunk: Chunk, scope: Scope) -> tuple[Chunk | None, Chunk | None]:
        """The chunks before and after it in its document, where `scope` may read them."""
        if chunk.set not in scope.generations:
            return None, None
        place = models.Range(gte=chunk.ordinal - 1, lte=chunk.ordinal + 1)
        beside = models.Filter(
            must=[
                readable(scope.within([chunk.set])),
                equals("document_id", chunk.document_id),
                models.FieldCondition(key="ordinal", range=place),
            ]
        )
        page, _ = self._client.scroll(self._collection, scroll_filter=beside, limit=3, with_payload=True)
        found = {one.ordinal: one for one in (to_chunk(record.payload or {}) for record in page)}
        return found.get(chunk.ordinal - 1), found.get(chunk.ordinal + 1)

    def readable_documents(self, set: str, document_ids: Collection[str], scope: Scope) -> Set[str]:  # noqa: A002
        """Those of a set's documents that the principal may read, whatever the filters of `scope`."""
        if set not in scope.generations:
            return frozenset()
        seen = readable(replace(scope, filters=EVERYTHING).within([set]))
        some = models.MatchAny(any=sorted(document_ids))
        first = [equals("ordinal", 0), models.FieldCondition(key="document_id", match=some)]
        page, _ = self._client.scroll(
            self._collection,
            scroll_filter=models.Filter(must=[seen, *first]),
            limit=len(document_ids),
            with_payload=True,
        )
        return {str((record.payload or {})["document_id"]) for record in page}
