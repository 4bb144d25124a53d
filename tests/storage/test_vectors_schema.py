"""Ids and payloads, by hand."""

from __future__ import annotations

from dataclasses import replace

from storage.chunk import Chunk
from storage.vector_schema import NEVER, point_id, to_chunk, to_payload

CHUNK = Chunk("handbook", "a.md", 2, "Text.", "Title", ("One",), page=1, start=5, end=10)


def test_an_id_names_place_content_and_generation() -> None:
    others = [
        replace(CHUNK, set="other"),
        replace(CHUNK, document_id="b.md"),
        replace(CHUNK, ordinal=3),
        replace(CHUNK, text="Other text."),
    ]
    ids = {point_id(chunk, 1) for chunk in [CHUNK, *others]} | {point_id(CHUNK, 2)}
    assert len(ids) == 6
    assert point_id(replace(CHUNK, page=9), 1) == point_id(CHUNK, 1)


def test_ids_never_change_between_releases() -> None:
    assert point_id(CHUNK, 1) == "430929a0-b0fe-5920-a6ea-fbeb2be9964d"


def test_a_payload_is_live_from_its_generation_on() -> None:
    payload = to_payload(CHUNK, 3)
    assert (payload["from"], payload["until"], payload["groups"]) == (3, NEVER, ["*"])
    assert payload["content_hash"] == CHUNK.content_hash
    assert to_chunk(payload) == CHUNK
