"""What the REST interface of Qdrant calls a filter, a query or a point, as objects of Qdrant Edge."""

from __future__ import annotations

from typing import Any

import qdrant_edge as edge

from storage.edge.wire import Message, NumberReader
from storage.errors import InvalidInput

DISTANCES = {
    "Cosine": edge.Distance.Cosine,
    "Dot": edge.Distance.Dot,
    "Euclid": edge.Distance.Euclid,
    "Manhattan": edge.Distance.Manhattan,
}
# At the default the graph of a large store loses one neighbour in five on hard data.
SEARCH_BREADTH = 256


def to_filter(wire: Message | None) -> edge.Filter | None:
    """A filter, nested to any depth; InvalidInput for a condition that nothing here uses."""
    if wire is None:
        return None
    return edge.Filter(
        must=_conditions(wire.get("must")),
        should=_conditions(wire.get("should")),
        must_not=_conditions(wire.get("must_not")),
    )


def _conditions(wire: list[Message] | Message | None) -> list[Any] | None:
    if wire is None:
        return None
    return [_condition(condition) for condition in (wire if isinstance(wire, list) else [wire])]


def _condition(wire: Message) -> edge.ConditionType:
    match wire:
        case {"key": key, "match": wanted}:
            return edge.FieldCondition(key, match=_match(wanted))
        case {"key": key, "range": limits}:
            return edge.FieldCondition(key, range=_range(limits))
        case {"is_empty": {"key": key}}:
            return edge.IsEmptyCondition(key)
        case {"is_null": {"key": key}}:
            return edge.IsNullCondition(key)
        case {"has_id": ids}:
            return edge.HasIdCondition(set(ids))
        case {"must": _} | {"should": _} | {"must_not": _}:
            nested = to_filter(wire)
            assert nested is not None  # noqa: S101
            return nested
    raise InvalidInput(f"The embedded vector store knows no condition like {wire}.")


def _match(wire: Message) -> edge.MatchType:
    match wire:
        case {"value": value}:
            return edge.MatchValue(value)
        case {"any": values}:
            return edge.MatchAny(values)
        case {"except": values}:
            return edge.MatchExcept(values)
    raise InvalidInput(f"The embedded vector store knows no match like {wire}.")


def _range(wire: Message) -> edge.RangeType:
    if any(isinstance(limit, str) for limit in wire.values()):
        return edge.RangeDateTime(**wire)
    return edge.RangeFloat(**wire)


def to_vector(mark: list[Any], numbers: NumberReader) -> list[float] | edge.SparseVector:
    vector = numbers.vector(mark)
    return edge.SparseVector(*vector) if isinstance(vector, tuple) else vector


def to_points(wire: list[Message], numbers: NumberReader) -> list[edge.Point]:
    return [
        edge.Point(
            point["id"],
            {name: to_vector(mark, numbers) for name, mark in point["vectors"].items()},
            point["payload"],
        )
        for point in wire
    ]


def to_vectors(wire: list[Message], numbers: NumberReader) -> list[edge.PointVectors]:
    return [
        edge.PointVectors(
            point["id"], {name: to_vector(mark, numbers) for name, mark in point["vectors"].items()}
        )
        for point in wire
    ]


def to_query(wire: Message, numbers: NumberReader) -> edge.QueryRequest:
    return edge.QueryRequest(
        limit=wire["limit"],
        offset=wire.get("offset"),
        query=edge.Query.Nearest(to_vector(wire["vector"], numbers), using=wire["using"]),
        filter=to_filter(wire.get("filter")),
        with_payload=wire["with_payload"],
        params=_search_params(wire.get("params") or {}),
    )


def _search_params(wire: Message) -> edge.SearchParams:
    idf = wire.get("idf")
    corpus = to_filter(idf["corpus"]) if isinstance(idf, dict) else None
    return edge.SearchParams(
        hnsw_ef=wire.get("hnsw_ef", SEARCH_BREADTH),
        exact=wire.get("exact", False),
        idf=edge.IdfParams(corpus=corpus) if corpus is not None else None,
    )


def to_payload_index(
    kind: str,
) -> edge.KeywordIndexParams | edge.IntegerIndexParams | edge.DatetimeIndexParams:
    """Without HNSW of its own: building one for every field costs more than our filters ever save."""
    match kind:
        case "keyword":
            return edge.KeywordIndexParams(enable_hnsw=False)
        case "integer":
            return edge.IntegerIndexParams(lookup=True, range=True, enable_hnsw=False)
        case "datetime":
            return edge.DatetimeIndexParams(enable_hnsw=False)
    raise InvalidInput(f"The embedded vector store keeps no index of the kind {kind!r}.")


def to_config(schema: Message, *, keeps_deleted: bool = True) -> edge.EdgeConfig:
    """No graph up to about 100,000 points: below, comparing all of them is faster and exact.

    Unless it `keeps_deleted` points until there are many, an optimization writes anew what holds one.
    """
    widest = max(vector["size"] for vector in schema["vectors"].values())
    kilobytes_per_point = widest * 4 / 1024
    return edge.EdgeConfig(
        vectors={
            name: edge.EdgeVectorParams(size=vector["size"], distance=DISTANCES[vector["distance"]])
            for name, vector in schema["vectors"].items()
        },
        sparse_vectors={
            name: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf if vector.get("modifier") else None)
            for name, vector in schema["sparse_vectors"].items()
        },
        on_disk_payload=False,
        hnsw_config=edge.HnswIndexConfig(m=8, ef_construct=64, full_scan_threshold=10_000),
        optimizers=edge.EdgeOptimizersConfig(
            indexing_threshold=int(100_000 * kilobytes_per_point),
            max_segment_size=int(40_000 * kilobytes_per_point),
            deleted_threshold=None if keeps_deleted else 0.0,
            vacuum_min_vector_number=None if keeps_deleted else 1,
        ),
        wal_enabled=True,
    )
