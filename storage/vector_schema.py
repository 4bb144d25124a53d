"""How a chunk lies in the vector store: its id, its payload, the vectors' names and the payload indexes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from qdrant_client import models

from storage.chunk import Chunk
from storage.errors import InvalidInput
from storage.scope import EVERYONE

DENSE = "dense"
SPARSE = "bm25"
NEVER = 2**31 - 1
INDEXES = {
    "set": models.PayloadSchemaType.KEYWORD,
    "document_id": models.PayloadSchemaType.KEYWORD,
    "groups": models.PayloadSchemaType.KEYWORD,
    "from": models.PayloadSchemaType.INTEGER,
    "until": models.PayloadSchemaType.INTEGER,
    "kind": models.PayloadSchemaType.KEYWORD,
    "modified": models.PayloadSchemaType.DATETIME,
    "created": models.PayloadSchemaType.DATETIME,
    "lexical": models.PayloadSchemaType.KEYWORD,
}

_NAMESPACE = UUID("b1f2b6a0-52d4-4a0e-9a57-3f0c6f6d2a11")


def vectors_config(dimension: int) -> dict[str, models.VectorParams]:
    return {DENSE: models.VectorParams(size=dimension, distance=models.Distance.COSINE)}


def sparse_vectors_config() -> dict[str, models.SparseVectorParams]:
    """The store weighs each term by its rarity; the part of BM25 that a document knows is in the vector."""
    return {SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)}


def point_id(chunk: Chunk, generation: int) -> str:
    """Equal for equal content of the same generation, so that a repeated write changes nothing."""
    name = [chunk.set, chunk.document_id, chunk.ordinal, chunk.content_hash, generation]
    return str(uuid5(_NAMESPACE, json.dumps(name)))


def to_payload(chunk: Chunk, generation: int, lexical: str = "") -> dict[str, Any]:
    """`lexical` names what the BM25 weights were made with.

    InvalidInput for a group that would open the document to everyone.
    """
    if EVERYONE in chunk.groups:
        raise InvalidInput(
            f"The document {chunk.document_id!r} names a group {EVERYONE!r}.",
            "Give it no groups where everyone who may read the set may read it.",
        )
    return {
        "set": chunk.set,
        "document_id": chunk.document_id,
        "ordinal": chunk.ordinal,
        "from": generation,
        "until": NEVER,
        "content_hash": chunk.content_hash,
        "title": chunk.title,
        "headings": list(chunk.headings),
        "text": chunk.text,
        "page": chunk.page,
        "start": chunk.start,
        "end": chunk.end,
        "created": _from_date(chunk.created),
        "modified": _from_date(chunk.modified),
        "groups": list(chunk.groups) or [EVERYONE],
        "language": chunk.language,
        "kind": chunk.kind,
        "header": chunk.header,
        "lexical": lexical,
        "url": chunk.url,
    }


def to_chunk(payload: dict[str, Any]) -> Chunk:
    return Chunk(
        set=payload["set"],
        document_id=payload["document_id"],
        ordinal=payload["ordinal"],
        text=payload["text"],
        title=payload["title"],
        headings=tuple(payload["headings"]),
        page=payload["page"],
        start=payload["start"],
        end=payload["end"],
        created=_to_date(payload["created"]),
        modified=_to_date(payload["modified"]),
        groups=tuple(group for group in payload["groups"] if group != EVERYONE),
        language=payload["language"],
        kind=payload.get("kind") or "",
        header=payload.get("header") or "",
        url=payload.get("url"),
    )


def _from_date(date: datetime | None) -> str | None:
    return None if date is None else date.isoformat()


def _to_date(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
