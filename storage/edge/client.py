"""The methods of `QdrantClient` that we use, answered by the embedded engine of a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qdrant_client import models
from qdrant_client.http.models import QueryResponse

from storage.edge.channel import Channel
from storage.edge.folder import EngineFolder
from storage.edge.launcher import died, launch
from storage.edge.requests import (
    collection_info,
    filter_message,
    parameters_message,
    point_message,
    query_message,
    vectors_message,
)
from storage.edge.settings import EngineSettings
from storage.edge.wire import Numbers, values_of
from storage.errors import Transient

# What one operation may hold the engine for: a search waits behind at most one of them.
POINTS_PER_OPERATION = 64
IDS_PER_OPERATION = 256
MOST_TURNS_OF_A_LOG = 40

_DONE = models.UpdateResult(operation_id=None, status=models.UpdateStatus.COMPLETED)


class EdgeClient:
    """Shares the engine of `settings.folder` with every process that asks for it, starting it if need be.

    `timeout` is in seconds, for each answer. All methods raise `storage.errors` Problems, and all may be
    called from many threads. Writes are on the disk when they return, and always wait.
    """

    def __init__(self, settings: EngineSettings, timeout: float = 60.0) -> None:
        folder = EngineFolder(Path(settings.folder))
        self._channel = Channel(
            folder,
            launch=lambda: launch(folder, settings, timeout),
            explain=lambda: died(folder),
            timeout=timeout,
        )

    def close(self) -> None:
        """Lets go of the engine, which ends by itself when nobody else holds it."""
        self._channel.close()

    def engine_process(self) -> int:
        """The id of the process that answers."""
        process: int = self._channel.call({"op": "hello"})["pid"]
        return process

    def collection_exists(self, collection_name: str) -> bool:
        exists: bool = self._channel.call({"op": "collection_exists", "collection": collection_name})
        return exists

    def create_collection(
        self,
        collection_name: str,
        *,
        vectors_config: Mapping[str, models.VectorParams],
        sparse_vectors_config: Mapping[str, models.SparseVectorParams],
    ) -> bool:
        """Succeeds where it exists with the same schema, InvalidInput where with another."""
        schema = {
            "vectors": parameters_message(vectors_config),
            "sparse_vectors": parameters_message(sparse_vectors_config),
        }
        self._channel.call({"op": "create_collection", "collection": collection_name, "schema": schema})
        return True

    def delete_collection(self, collection_name: str) -> bool:
        existed: bool = self._channel.call({"op": "delete_collection", "collection": collection_name})
        return existed

    def compact(self, collection_name: str) -> None:
        """Leaves nothing in the collection's files of what was deleted from it.

        Searches wait for it, seconds in a large store. Raises Transient where its log does not let go.
        """
        message = {"collection": collection_name}
        if not self.collection_exists(collection_name):
            return
        self._channel.call({"op": "rewrite", **message})
        kept = set(self._channel.call({"op": "log_files", **message}))
        for _ in range(MOST_TURNS_OF_A_LOG):
            if not kept:
                return
            kept &= set(self._channel.call({"op": "turn_log", **message}))
        raise Transient(
            f"What was deleted from {collection_name!r} may still stand in the log of the vector store.",
            "Run `rag-app sets compact` when nothing else is written.",
        )

    def get_collection(self, collection_name: str) -> models.CollectionInfo:
        return collection_info(self._channel.call({"op": "information", "collection": collection_name}))

    def create_payload_index(
        self, collection_name: str, *, field_name: str, field_schema: models.PayloadSchemaType
    ) -> models.UpdateResult:
        self._channel.call(
            {
                "op": "create_payload_index",
                "collection": collection_name,
                "field": field_name,
                "kind": field_schema.value,
            }
        )
        return _DONE

    def upsert(self, collection_name: str, *, points: Sequence[models.PointStruct]) -> models.UpdateResult:
        """In slices: where it fails half-way, the slices before are kept, and the whole may be repeated."""
        for start in range(0, len(points), POINTS_PER_OPERATION):
            numbers = Numbers()
            wire = [point_message(point, numbers) for point in points[start : start + POINTS_PER_OPERATION]]
            message = {"op": "upsert", "collection": collection_name, "points": wire}
            self._channel.call(message, numbers.joined())
        return self._synced(collection_name)

    def update_vectors(
        self, collection_name: str, *, points: Sequence[models.PointVectors]
    ) -> models.UpdateResult:
        """Only the vectors that are named, of the points that exist."""
        for start in range(0, len(points), POINTS_PER_OPERATION):
            numbers = Numbers()
            wire = [vectors_message(point, numbers) for point in points[start : start + POINTS_PER_OPERATION]]
            message = {"op": "update_vectors", "collection": collection_name, "points": wire}
            self._channel.call(message, numbers.joined())
        return self._synced(collection_name)

    def set_payload(
        self, collection_name: str, *, payload: dict[str, Any], points: models.Filter | list[str]
    ) -> models.UpdateResult:
        """Points that do not exist are passed over."""
        for ids in self._slices(collection_name, points):
            self._channel.call(
                {"op": "set_payload", "collection": collection_name, "ids": ids, "payload": payload}
            )
        return self._synced(collection_name)

    def delete(
        self, collection_name: str, *, points_selector: models.Filter | list[str]
    ) -> models.UpdateResult:
        for ids in self._slices(collection_name, points_selector):
            self._channel.call({"op": "delete", "collection": collection_name, "ids": ids})
        return self._synced(collection_name)

    def _synced(self, collection_name: str) -> models.UpdateResult:
        """Once for all slices: a disk may take longer for this than the engine for all of them."""
        self._channel.call({"op": "sync", "collection": collection_name})
        return _DONE

    def _slices(self, collection_name: str, chosen: models.Filter | list[str]) -> Iterator[list[str]]:
        """The chosen ids, some at a time, so that no operation holds the engine for long."""
        if isinstance(chosen, list):
            for start in range(0, len(chosen), IDS_PER_OPERATION):
                yield chosen[start : start + IDS_PER_OPERATION]
            return
        offset: str | None = None
        while True:
            page, offset = self._scroll(collection_name, chosen, IDS_PER_OPERATION, offset, False)
            if page:
                yield [id_ for id_, _ in page]
            if offset is None:
                return

    def query_batch_points(
        self, collection_name: str, *, requests: Sequence[models.QueryRequest]
    ) -> list[QueryResponse]:
        numbers = Numbers()
        queries = [query_message(request, numbers) for request in requests]
        message = {"op": "query_batch", "collection": collection_name, "queries": queries}
        answers = self._channel.call(message, numbers.joined())
        return [
            QueryResponse(
                points=[
                    models.ScoredPoint(id=id_, version=0, score=score, payload=payload)
                    for id_, score, payload in points
                ]
            )
            for points in answers
        ]

    def scroll(
        self,
        collection_name: str,
        *,
        scroll_filter: models.Filter | None = None,
        limit: int = 10,
        offset: str | None = None,
        with_payload: bool = True,
    ) -> tuple[list[models.Record], str | None]:
        page, following = self._scroll(collection_name, scroll_filter, limit, offset, with_payload)
        return [models.Record(id=id_, payload=payload) for id_, payload in page], following

    def _scroll(
        self,
        collection_name: str,
        chosen: models.Filter | None,
        limit: int,
        offset: str | None,
        with_payload: bool,
    ) -> tuple[list[tuple[str, dict[str, Any] | None]], str | None]:
        page, following = self._channel.call(
            {
                "op": "scroll",
                "collection": collection_name,
                "filter": filter_message(chosen),
                "limit": limit,
                "offset": offset,
                "with_payload": with_payload,
            }
        )
        return page, following

    def retrieve(
        self,
        collection_name: str,
        *,
        ids: Sequence[str],
        with_payload: bool = True,
        with_vectors: Sequence[str] = (),
    ) -> list[models.Record]:
        """`with_vectors` names dense vectors."""
        records = self._channel.call(
            {
                "op": "retrieve",
                "collection": collection_name,
                "ids": list(ids),
                "with_payload": with_payload,
                "with_vectors": list(with_vectors),
            }
        )
        return [
            models.Record(
                id=id_, payload=payload, vector={name: values_of(text) for name, text in vectors.items()}
            )
            for id_, payload, vectors in records
        ]

    def count(
        self, collection_name: str, *, count_filter: models.Filter | None = None, exact: bool = True
    ) -> models.CountResult:
        message = {
            "op": "count",
            "collection": collection_name,
            "filter": filter_message(count_filter),
            "exact": exact,
        }
        return models.CountResult(count=self._channel.call(message))
