"""BM25 weights follow the average length, over every vector store, while readers go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qdrant_client import models

from ranking.okapi import OkapiSource
from storage.chunk import Chunk
from storage.collection_records import CollectionRecord, CollectionRecords
from storage.database import open_database, sqlite_url
from storage.encoding.lexical import LexicalEncoder
from storage.errors import Transient
from storage.lexical_drift import LexicalDrift
from storage.scope import Scope
from storage.vector_client import VectorClient
from storage.vectors import ChunkIndex
from tests.contract.conftest import DIMENSION

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")

EAST = np.eye(1, DIMENSION, dtype=np.float32)[0]
SCOPE = Scope({"set": 1}, frozenset())
AVERAGE = 10.0
COUNT = 150
WORDS = ("park", "canteen", "desk", "pump", "tank", "meter", "lamp", "road")  # stems, so one term each


@pytest.fixture
def records(tmp_path: Path, collection: str) -> Iterator[CollectionRecords]:
    database = open_database(sqlite_url(tmp_path / "rag.db"))
    kept = CollectionRecords(database)
    kept.save(CollectionRecord(collection, "embedder", DIMENSION, AVERAGE))
    yield kept
    database.close()


def chunks(words_each: int, count: int = COUNT) -> list[Chunk]:
    """Of as many words or one in ten twice as long, so that lengths matter."""
    draw = np.random.default_rng(1)
    made = []
    for number in range(count):
        length = words_each * (2 if number % 10 == 0 else 1)
        text = " ".join(WORDS[n] for n in draw.integers(0, len(WORDS), length))
        made.append(Chunk("set", f"d{number}", 0, text, ""))
    return made


def write(index: ChunkIndex, made: list[Chunk], lexical: LexicalEncoder) -> None:
    sparse = [lexical.encode_document(c.contextual_text, c.language) for c in made]
    index.write(made, np.tile(EAST, (len(made), 1)), sparse, 1, lexical.version)


def drift(
    index: ChunkIndex, client: Any, records: CollectionRecords, lexical: LexicalEncoder
) -> LexicalDrift:
    initial = LexicalEncoder(AVERAGE).version
    return LexicalDrift(client, index.collection, records, lexical, initial, COUNT)


def agreement(index: ChunkIndex, lexical: LexicalEncoder) -> float:
    """Greatest difference of a BM25 score from that of rank-bm25 with the same average."""
    asked = lexical.encode_question("canteen lamp")
    ours = {hit.id: hit.score for hit in index.search(EAST, asked, SCOPE, 50)[1]}
    theirs = {hit.id: hit.score for hit in OkapiSource(index, lexical).search(EAST, asked, SCOPE, 2_000)[1]}
    return max(abs(score / theirs[id_] - 1) for id_, score in ours.items())


def test_a_drift_makes_every_point_anew(
    index: ChunkIndex, client: VectorClient, records: CollectionRecords
) -> None:
    lexical = LexicalEncoder(AVERAGE)
    write(index, chunks(20), lexical)
    assert agreement(index, LexicalEncoder(22.0)) > 0.05
    following = drift(index, client, records, lexical)

    assert following.follow({"set": 1}) == 22.0
    assert following.rewrite().points == COUNT
    record = records.find(index.collection)
    assert record is not None
    assert (record.average_length, lexical.average_length) == (22.0, 22.0)
    assert agreement(index, LexicalEncoder(22.0)) < 1e-5
    assert following.rewrite().points == 0
    assert following.follow({"set": 1}) is None


@pytest.mark.parametrize(("words", "count"), [(10, COUNT), (40, COUNT - 1)])
def test_a_small_drift_or_a_small_corpus_changes_nothing(
    index: ChunkIndex, client: VectorClient, records: CollectionRecords, words: int, count: int
) -> None:
    lexical = LexicalEncoder(AVERAGE)
    write(index, chunks(words, count), lexical)
    following = drift(index, client, records, lexical)
    assert following.follow({"set": 1}) is None
    assert following.rewrite().points == 0
    assert lexical.average_length == AVERAGE


def test_only_the_live_generation_counts(
    index: ChunkIndex, client: VectorClient, records: CollectionRecords
) -> None:
    lexical = LexicalEncoder(AVERAGE)
    write(index, chunks(10), lexical)
    longer = [replace(chunk, document_id=f"next {chunk.document_id}") for chunk in chunks(90)]
    sparse = [lexical.encode_document(c.text) for c in longer]
    index.write(longer, np.tile(EAST, (len(longer), 1)), sparse, 2, lexical.version)
    assert drift(index, client, records, lexical).follow({"set": 1}) is None


class Breaking:
    """Fails at the second change of vectors."""

    def __init__(self, client: VectorClient) -> None:
        self._client = client
        self._left = 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def update_vectors(self, collection: str, **arguments: Any) -> object:
        if not self._left:
            raise Transient("The machine went away.")
        self._left -= 1
        return self._client.update_vectors(collection, **arguments)


def test_a_rewriting_that_was_broken_off_goes_on_where_it_was(
    index: ChunkIndex, client: VectorClient, records: CollectionRecords
) -> None:
    lexical = LexicalEncoder(AVERAGE)
    write(index, chunks(20), lexical)
    following = drift(index, Breaking(client), records, lexical)
    following.follow({"set": 1})
    with pytest.raises(Transient):
        following.rewrite()
    assert len(index.search(EAST, lexical.encode_question("canteen"), SCOPE, 50)[1]) == 50

    record = records.find(index.collection)
    assert record is not None
    later = LexicalEncoder(record.average_length)  # another process, after a restart
    rest = drift(index, client, records, later).rewrite().points
    assert 0 < rest < COUNT
    assert agreement(index, later) < 1e-5


def test_a_process_that_was_started_before_the_change_follows_it_too(
    index: ChunkIndex, client: VectorClient, records: CollectionRecords
) -> None:
    lexical, older = LexicalEncoder(AVERAGE), LexicalEncoder(AVERAGE)
    write(index, chunks(20), lexical)
    following = drift(index, client, records, lexical)
    following.follow({"set": 1})
    following.rewrite()
    another = drift(index, client, records, older)
    assert another.follow({"set": 1}) is None
    assert another.rewrite().points == 0
    assert older.average_length == 22.0


def test_points_from_before_they_named_their_weights_count_as_made_with_the_first_average(
    index: ChunkIndex, client: VectorClient, records: CollectionRecords
) -> None:
    first = LexicalEncoder(AVERAGE)
    write(index, chunks(20), first)
    client.set_payload(index.collection, payload={"lexical": None}, points=models.Filter())
    assert drift(index, client, records, first).rewrite().points == 0
    records.save(CollectionRecord(index.collection, "embedder", DIMENSION, 22.0))
    assert drift(index, client, records, first).rewrite().points == COUNT


def test_vectors_of_meaning_stay_as_they_were(
    index: ChunkIndex, client: VectorClient, records: CollectionRecords
) -> None:
    lexical = LexicalEncoder(AVERAGE)
    write(index, chunks(20), lexical)
    before = index.search(EAST, lexical.encode_question(""), SCOPE, 50)[0]
    following = drift(index, client, records, lexical)
    following.follow({"set": 1})
    following.rewrite()
    assert index.search(EAST, lexical.encode_question(""), SCOPE, 50)[0] == before
