"""The methods of `qdrant_client.QdrantClient` that the index stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from qdrant_client import models
from qdrant_client.http.models import QueryResponse


class VectorClient(Protocol):
    """Met by the client of a server or cluster, by its local mode, and by the embedded engine's client."""

    def collection_exists(self, collection_name: str) -> bool: ...

    def create_collection(
        self,
        collection_name: str,
        *,
        vectors_config: Mapping[str, models.VectorParams],
        sparse_vectors_config: Mapping[str, models.SparseVectorParams],
    ) -> bool: ...

    def get_collection(self, collection_name: str) -> models.CollectionInfo: ...

    def delete_collection(self, collection_name: str) -> bool: ...

    def create_payload_index(
        self, collection_name: str, *, field_name: str, field_schema: models.PayloadSchemaType
    ) -> models.UpdateResult: ...

    def upsert(
        self, collection_name: str, *, points: Sequence[models.PointStruct]
    ) -> models.UpdateResult: ...

    def update_vectors(
        self, collection_name: str, *, points: Sequence[models.PointVectors]
    ) -> models.UpdateResult: ...

    def set_payload(
        self, collection_name: str, *, payload: dict[str, Any], points: models.Filter
    ) -> models.UpdateResult: ...

    def delete(self, collection_name: str, *, points_selector: models.Filter) -> models.UpdateResult: ...

    def query_batch_points(
        self, collection_name: str, *, requests: Sequence[models.QueryRequest]
    ) -> list[QueryResponse]: ...

    def scroll(
        self,
        collection_name: str,
        *,
        scroll_filter: models.Filter | None = None,
        limit: int = 10,
        offset: Any = None,
        with_payload: bool = True,
    ) -> tuple[list[models.Record], Any]: ...

    def retrieve(
        self,
        collection_name: str,
        *,
        ids: Sequence[str],
        with_payload: bool = True,
        with_vectors: list[str] = ...,
    ) -> list[models.Record]: ...

    def count(
        self, collection_name: str, *, count_filter: models.Filter | None = None
    ) -> models.CountResult: ...

    def close(self) -> None: ...
