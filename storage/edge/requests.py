"""Requests and answers of `qdrant_client` as messages to and from the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdrant_client import models

from storage.edge.wire import Message, Numbers
from storage.errors import InvalidInput


def parameters_message(
    parameters: Mapping[str, models.VectorParams] | Mapping[str, models.SparseVectorParams],
) -> Message:
    return {name: one.model_dump(mode="json", exclude_none=True) for name, one in parameters.items()}


def filter_message(chosen: models.Filter | None) -> Message | None:
    return None if chosen is None else chosen.model_dump(mode="json", exclude_none=True, by_alias=True)


def _vector(vector: Any, numbers: Numbers) -> list[object]:
    match vector:
        case models.SparseVector(indices=indices, values=values):
            return numbers.sparse(indices, values)
        case list():
            return numbers.dense(vector)
    raise InvalidInput(f"The embedded vector store takes no vector of type {type(vector).__name__}.")


def point_message(point: models.PointStruct, numbers: Numbers) -> Message:
    return {**vectors_message(point, numbers), "payload": point.payload}


def vectors_message(point: models.PointStruct | models.PointVectors, numbers: Numbers) -> Message:
    if not isinstance(point.vector, dict):
        raise InvalidInput("The embedded vector store takes named vectors only.")
    vectors = {name: _vector(vector, numbers) for name, vector in point.vector.items()}
    return {"id": str(point.id), "vectors": vectors}


def query_message(request: models.QueryRequest, numbers: Numbers) -> Message:
    query = request.query
    return {
        "vector": _vector(query.nearest if isinstance(query, models.NearestQuery) else query, numbers),
        "using": request.using,
        "limit": request.limit or 10,
        "offset": request.offset,
        "filter": filter_message(request.filter),
        "params": request.params and request.params.model_dump(mode="json", exclude_none=True, by_alias=True),
        "with_payload": bool(request.with_payload),
    }


def collection_info(found: Message) -> models.CollectionInfo:
    schema = found["schema"]
    parameters = models.CollectionParams(
        vectors={name: models.VectorParams(**vector) for name, vector in schema["vectors"].items()},
        sparse_vectors={
            name: models.SparseVectorParams(**sparse) for name, sparse in schema["sparse_vectors"].items()
        },
    )
    return models.CollectionInfo(
        status=models.CollectionStatus.GREEN,
        optimizer_status=models.OptimizersStatusOneOf.OK,
        indexed_vectors_count=found["indexed_vectors"],
        points_count=found["points"],
        segments_count=found["segments"],
        config=models.CollectionConfig(
            params=parameters,
            hnsw_config=models.HnswConfig(m=8, ef_construct=64, full_scan_threshold=10_000),
            optimizer_config=models.OptimizersConfig(default_segment_number=0, flush_interval_sec=0),
        ),
        payload_schema={
            name: models.PayloadIndexInfo(data_type=models.PayloadSchemaType(kind), points=points)
            for name, (kind, points) in found["indexes"].items()
        },
    )
