"""One collection of chunks and those beside it that other embedding models made, as if they were one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from qdrant_client import models
from qdrant_client.http.models import QueryResponse

from storage.vector_client import VectorClient

DONE = models.UpdateResult(operation_id=None, status=models.UpdateStatus.COMPLETED)


class SpanningClient:
    """A `VectorClient` for `home`: written and searched alone; read, hidden and deleted with `others`.

    That is right for points that are told apart by generation or by id. One of `others` may go at any time.
    """

    def __init__(self, client: VectorClient, home: str, others: Callable[[], Sequence[str]]) -> None:
        self._client = client
        self._home = home
        self._others = others

    def collection_exists(self, collection_name: str) -> bool:
        return self._client.collection_exists(collection_name)

    def create_collection(
        self,
        collection_name: str,
        *,
        vectors_config: Mapping[str, models.VectorParams],
        sparse_vectors_config: Mapping[str, models.SparseVectorParams],
    ) -> bool:
        return self._client.create_collection(
            collection_name, vectors_config=vectors_config, sparse_vectors_config=sparse_vectors_config
        )

    def get_collection(self, collection_name: str) -> models.CollectionInfo:
        return self._client.get_collection(collection_name)

    def delete_collection(self, collection_name: str) -> bool:
        return self._client.delete_collection(collection_name)

    def create_payload_index(
        self, collection_name: str, *, field_name: str, field_schema: models.PayloadSchemaType
    ) -> models.UpdateResult:
        return self._client.create_payload_index(
            collection_name, field_name=field_name, field_schema=field_schema
        )

    def upsert(self, collection_name: str, *, points: Sequence[models.PointStruct]) -> models.UpdateResult:
        return self._client.upsert(collection_name, points=points)

    def update_vectors(
        self, collection_name: str, *, points: Sequence[models.PointVectors]
    ) -> models.UpdateResult:
        return self._client.update_vectors(collection_name, points=points)

    def set_payload(
        self, collection_name: str, *, payload: dict[str, Any], points: models.Filter
    ) -> models.UpdateResult:
        for name in self._spanned(collection_name):
            self._client.set_payload(name, payload=payload, points=points)
        return DONE

    def delete(self, collection_name: str, *, points_selector: models.Filter) -> models.UpdateResult:
        for name in self._spanned(collection_name):
            self._client.delete(name, points_selector=points_selector)
        return DONE

    def query_batch_points(
        self, collection_name: str, *, requests: Sequence[models.QueryRequest]
    ) -> list[QueryResponse]:
        return self._client.query_batch_points(collection_name, requests=requests)

    def scroll(
        self,
        collection_name: str,
        *,
        scroll_filter: models.Filter | None = None,
        limit: int = 10,
        offset: Any = None,
        with_payload: bool = True,
    ) -> tuple[list[models.Record], Any]:
        """One collection after the other; an offset is (names still to be read, offset in the first)."""
        names, inner = (tuple(self._spanned(collection_name)), None) if offset is None else offset
        found: list[models.Record] = []
        while names and len(found) < limit:
            page, inner = self._client.scroll(
                names[0],
                scroll_filter=scroll_filter,
                limit=limit - len(found),
                offset=inner,
                with_payload=with_payload,
            )
            found += page
            names = names if inner is not None else names[1:]
        return found, (names, inner) if names else None

    def retrieve(
        self,
        collection_name: str,
        *,
        ids: Sequence[str],
        with_payload: bool = True,
        with_vectors: list[str] | None = None,
    ) -> list[models.Record]:
        """The others are asked only for what is not at home."""
        wanted = with_vectors or []
        found = self._client.retrieve(
            collection_name, ids=ids, with_payload=with_payload, with_vectors=wanted
        )
        if len(found) == len(ids) or collection_name != self._home:
            return found
        missing = sorted(set(ids) - {str(record.id) for record in found})
        for name in self._there():
            found += self._client.retrieve(name, ids=missing, with_payload=with_payload, with_vectors=wanted)
        return found

    def count(self, collection_name: str, *, count_filter: models.Filter | None = None) -> models.CountResult:
        counts = [
            self._client.count(n, count_filter=count_filter).count for n in self._spanned(collection_name)
        ]
        return models.CountResult(count=sum(counts))

    def close(self) -> None:
        self._client.close()

    def _spanned(self, collection_name: str) -> Iterator[str]:
        yield collection_name
        if collection_name == self._home:
            yield from self._there()

    def _there(self) -> list[str]:
        return [name for name in self._others() if self._client.collection_exists(name)]
