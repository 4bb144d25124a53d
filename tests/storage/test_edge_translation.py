"""Each condition that the engine understands means what it means to Qdrant's own local mode."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from qdrant_client import QdrantClient, models

from storage.edge.client import EdgeClient
from storage.errors import InvalidInput
from tests.storage.conftest import COLLECTION

PAYLOADS: list[dict[str, Any]] = [
    {"name": "a", "tags": ["x", "y"], "size": 1, "date": "2024-05-01T00:00:00Z"},
    {"name": "b", "tags": [], "size": 2.5, "date": "2025-05-01T00:00:00Z"},
    {"name": "c", "tags": ["z"], "size": None},
    {"name": "d"},
]
IDS = [str(uuid.UUID(int=number)) for number in range(1, 5)]


def field(key: str, **condition: Any) -> models.FieldCondition:
    return models.FieldCondition(key=key, **condition)


FILTERS = {
    "value": models.Filter(must=[field("name", match=models.MatchValue(value="a"))]),
    "a single condition": models.Filter(must=field("name", match=models.MatchValue(value="a"))),
    "any": models.Filter(must=[field("tags", match=models.MatchAny(any=["y", "z"]))]),
    "except": models.Filter(must=[field("name", match=models.MatchExcept(**{"except": ["a", "b"]}))]),
    "range": models.Filter(must=[field("size", range=models.Range(gt=1, lte=2.5))]),
    "date": models.Filter(
        must=[field("date", range=models.DatetimeRange(gte=datetime(2025, 1, 1, tzinfo=UTC)))]
    ),
    "empty": models.Filter(must=[models.IsEmptyCondition(is_empty=models.PayloadField(key="tags"))]),
    "null": models.Filter(must=[models.IsNullCondition(is_null=models.PayloadField(key="size"))]),
    "id": models.Filter(must=[models.HasIdCondition(has_id=IDS[1:3])]),
    "not": models.Filter(must_not=[field("name", match=models.MatchValue(value="a"))]),
    "nested": models.Filter(
        must=[
            models.Filter(
                should=[
                    field("name", match=models.MatchValue(value="a")),
                    field("name", match=models.MatchValue(value="d")),
                ]
            )
        ],
        must_not=[models.IsEmptyCondition(is_empty=models.PayloadField(key="tags"))],
    ),
    "everything": models.Filter(),
}


@pytest.fixture
def local() -> Iterator[QdrantClient]:
    with closing(QdrantClient(":memory:")) as client:
        client.create_collection(
            COLLECTION,
            vectors_config={"dense": models.VectorParams(size=4, distance=models.Distance.COSINE)},
        )
        yield client


def test_filters_choose_what_local_mode_chooses(client: EdgeClient, local: QdrantClient) -> None:
    written = [
        models.PointStruct(id=id_, vector={"dense": [1.0, 0.0, 0.0, 0.0]}, payload=payload)
        for id_, payload in zip(IDS, PAYLOADS, strict=True)
    ]
    client.upsert(COLLECTION, points=written)
    local.upsert(COLLECTION, points=written)
    for name, chosen in FILTERS.items():
        here, _ = client.scroll(COLLECTION, scroll_filter=chosen)
        there, _ = local.scroll(COLLECTION, scroll_filter=chosen)
        assert [record.payload for record in here] == [record.payload for record in there], name


def test_other_conditions_are_refused_by_name(client: EdgeClient) -> None:
    words = models.Filter(must=[field("name", match=models.MatchText(text="a"))])
    with pytest.raises(InvalidInput, match=r"no match like \{'text': 'a'\}"):
        client.count(COLLECTION, count_filter=words)
    counted = models.Filter(must=[field("tags", values_count=models.ValuesCount(gt=1))])
    with pytest.raises(InvalidInput, match="no condition like"):
        client.count(COLLECTION, count_filter=counted)
