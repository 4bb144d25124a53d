"""Re-ingestion writes and embeds only what changed, over every vector store; generations stay exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from ingestion.batch import Batch, BatchEncoding, ChunkWriting
from ingestion.document import Document
from storage.chunk import Chunk
from storage.scope import Scope
from storage.sparse import SparseVector
from storage.standing import StandingPoints
from storage.vector_client import VectorClient
from storage.vectors import ChunkIndex
from tests.contract.conftest import DIMENSION, LEXICAL

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")

WRITES = ("upsert", "set_payload", "delete", "update_vectors")
TEXTS = ("Visitors park on level two.", "The canteen opens at noon.", "Badges cost ten euros.")


@dataclass
class CountingEncoder:
    """A vector of its own for each text, and every text that it was asked for."""

    read: list[str] = field(default_factory=list)

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read += texts
        return np.stack([direction(text) for text in texts])


def direction(text: str) -> NDArray[np.float32]:
    made = np.random.default_rng(list(text.encode())).normal(size=DIMENSION).astype(np.float32)
    unit: NDArray[np.float32] = made / np.linalg.norm(made)
    return unit


class CountingClient:
    """Hands everything on, and keeps the ids of the points that each kind of write names."""

    def __init__(self, client: VectorClient) -> None:
        self._client = client
        self.upserted: list[str] = []
        self.writes: list[str] = []

    def __getattr__(self, name: str) -> Any:
        method: Callable[..., Any] = getattr(self._client, name)
        if name in WRITES:
            self.writes.append(name)
        return self._upsert if name == "upsert" else method

    def _upsert(self, collection: str, *, points: Sequence[Any]) -> object:
        self.upserted += [str(point.id) for point in points]
        return self._client.upsert(collection, points=points)


@dataclass
class Build:
    """The two stages over one collection, with what they cost so far."""

    client: CountingClient
    encoder: CountingEncoder
    index: ChunkIndex

    def write(self, generation: int, *documents: Sequence[Chunk], ids: Sequence[str] = ("d",)) -> Batch:
        self.client.upserted.clear()
        self.client.writes.clear()
        self.encoder.read.clear()
        standing = StandingPoints(cast(VectorClient, self.client), self.index.collection)
        batch = Batch(
            "set",
            generation,
            files=(),
            documents=tuple(Document(id_, id_, ()) for id_ in ids),
            chunks=tuple(chunk for chunks in documents for chunk in chunks),
        )
        encoded = BatchEncoding(self.encoder, LEXICAL, standing).run(batch)["batch"]
        written: Batch = ChunkWriting(ChunkIndex(cast(VectorClient, self.client), self.index.collection)).run(
            encoded
        )["batch"]
        return written

    def seen(self, generation: int) -> dict[str, Chunk]:
        return dict(self.index.scan("set", generation))


@pytest.fixture
def build(client: VectorClient, index: ChunkIndex) -> Build:
    return Build(CountingClient(client), CountingEncoder(), index)


def chunks(*texts: str, document: str = "d") -> list[Chunk]:
    made, start = [], 0
    for ordinal, text in enumerate(texts):
        made.append(Chunk("set", document, ordinal, text, "Office", start=start, end=start + len(text)))
        start += len(text) + 2
    return made


def test_a_change_at_the_end_leaves_every_other_point_untouched(build: Build) -> None:
    build.write(1, chunks(*TEXTS))
    before = build.seen(1)
    batch = build.write(2, chunks(*TEXTS[:2], "Badges are free."))

    assert build.encoder.read == ["Office\nBadges are free."]
    assert batch.embedded == len(build.client.upserted) == 1
    assert build.seen(1) == before
    assert len(before.keys() & build.seen(2).keys()) == 2
    assert [c.text for c in sorted(build.seen(2).values(), key=lambda c: c.ordinal)] == [
        *TEXTS[:2],
        "Badges are free.",
    ]


def test_a_document_that_is_the_same_again_costs_no_write(build: Build) -> None:
    build.write(1, chunks(*TEXTS))
    before = build.seen(1)
    build.write(2, chunks(*TEXTS))
    assert (build.encoder.read, build.client.writes) == ([], [])
    assert build.seen(2) == before


def test_what_moved_is_copied_and_not_embedded(build: Build) -> None:
    build.write(1, chunks(*TEXTS))
    before = build.seen(1)
    build.write(2, chunks("A new beginning.", *TEXTS))

    assert build.encoder.read == ["Office\nA new beginning."]
    assert build.seen(1) == before
    assert sorted(c.ordinal for c in build.seen(2).values()) == [0, 1, 2, 3]
    assert before.keys().isdisjoint(build.seen(2))
    for text in TEXTS:
        dense, _ = build.index.search(
            direction(f"Office\n{text}"), SparseVector((), ()), Scope({"set": 2}, frozenset()), 1
        )
        assert build.index.fetch([dense[0].id])[dense[0].id].text == text
        assert dense[0].score == pytest.approx(1.0, abs=1e-5)


def test_copied_points_are_found_by_their_words(build: Build) -> None:
    build.write(1, chunks(*TEXTS))
    build.write(2, chunks("A new beginning.", *TEXTS))
    words = LEXICAL.encode_question("canteen")
    for generation in (1, 2):
        _, hits = build.index.search(direction("x"), words, Scope({"set": generation}, frozenset()), 9)
        assert [build.index.fetch([hit.id])[hit.id].text for hit in hits] == [TEXTS[1]]


def test_groups_that_changed_hide_the_new_generation_alone(build: Build) -> None:
    build.write(1, chunks(*TEXTS))
    build.write(2, [replace(chunk, groups=("board",)) for chunk in chunks(*TEXTS)])
    assert build.encoder.read == []
    found = {
        generation: build.index.search(
            direction("x"), SparseVector((), ()), Scope({"set": generation}, frozenset()), 9
        )[0]
        for generation in (1, 2)
    }
    assert (len(found[1]), len(found[2])) == (3, 0)


def test_a_text_that_stands_several_times_is_embedded_once(build: Build) -> None:
    build.write(1, chunks(TEXTS[0], TEXTS[1], TEXTS[0]))
    assert build.encoder.read == [f"Office\n{text}" for text in TEXTS[:2]]
    assert len(build.seen(1)) == 3


def test_undo_and_rollback_find_the_former_points(build: Build) -> None:
    build.write(1, chunks(*TEXTS))
    first = build.seen(1)
    build.write(2, chunks("A new beginning.", *TEXTS[1:]))
    second = build.seen(2)
    build.write(3, chunks(*TEXTS[1:]))
    third = build.seen(3)
    assert (build.seen(1), build.seen(2)) == (first, second)
    build.index.undo("set", 3)
    assert (build.seen(1), build.seen(2), build.seen(3)) == (first, second, second)
    build.write(4, chunks(*TEXTS[1:]))
    assert list(build.seen(4).values()) != []
    assert {c.text for c in build.seen(4).values()} == {c.text for c in third.values()}
    build.index.undo("set", 4)
    build.index.undo("set", 2)  # rolled back to 1
    assert build.seen(2) == build.seen(1) == first


def test_a_batch_that_is_repeated_ends_as_one_that_was_not_disturbed(build: Build) -> None:
    build.write(1, chunks(*TEXTS))
    new = chunks("A new beginning.", TEXTS[0])
    build.write(2, new)
    once = build.seen(2)
    build.write(2, new)
    assert (build.encoder.read, build.client.writes) == ([], [])
    assert build.seen(2) == once


def test_a_repeated_batch_that_finds_other_contents_leaves_no_trace_of_the_first(build: Build) -> None:
    build.write(1, chunks(*TEXTS))
    first = build.seen(1)
    build.write(2, chunks("A new beginning."))
    build.write(2, chunks(*TEXTS))
    assert build.seen(1) == build.seen(2) == first
    assert len(build.index.fetch(list(first))) == build.index.count("set", 2) == 3


def test_a_document_without_text_any_more_shows_nothing(build: Build) -> None:
    build.write(1, chunks(*TEXTS))
    build.write(2, [])
    assert (len(build.seen(1)), len(build.seen(2))) == (3, 0)


def test_more_chunks_than_a_page_and_two_documents(build: Build) -> None:
    texts = [f"Paragraph number {number}." for number in range(300)]
    other = chunks("Another document.", document="e")
    build.write(1, chunks(*texts), other, ids=("d", "e"))
    build.write(2, chunks(*texts, "The end."), other, ids=("d", "e"))
    assert (build.encoder.read, len(build.client.upserted)) == (["Office\nThe end."], 1)
    build.write(3, chunks("The start.", *texts), other, ids=("d", "e"))
    assert (build.encoder.read, len(build.client.upserted)) == (["Office\nThe start."], 301)
    assert [len(build.seen(generation)) for generation in (1, 2, 3)] == [301, 302, 302]
