"""Which collection an embedding model's vectors lie in, and which a question has to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime

import pytest
from qdrant_client import QdrantClient

from storage.catalogue import Catalogue, DocumentRecord
from storage.chunk_collections import ChunkCollections
from storage.collection_records import CollectionRecord, CollectionRecords, embedder_key
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.errors import NotFound
from storage.generations import Generations
from storage.vectors import ChunkIndex
from tests.contract.test_vector_store import chunk, write

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")
FIRST, SECOND = "small@1", "large@1"
BESIDE = f"chunks-{embedder_key(SECOND)}"


@pytest.fixture
def client() -> Iterator[QdrantClient]:
    with closing(QdrantClient(":memory:")) as local:
        yield local


@pytest.fixture
def opened(database: Database, client: QdrantClient) -> Callable[[str], ChunkCollections]:
    """As by a process whose settings name this embedder."""
    records, catalogue = CollectionRecords(database), Catalogue(database)
    return lambda version: ChunkCollections(client, records, catalogue, "chunks", version, 4, 190.0)


def test_the_first_embedder_has_the_plain_name_and_each_other_its_own(
    opened: Callable[[str], ChunkCollections], database: Database
) -> None:
    CollectionRecords(database).save(CollectionRecord("elsewhere", "x", 4, 1.0))
    assert opened(FIRST).home == CollectionRecord("chunks", FIRST, 4, 190.0)
    assert opened(SECOND).home == CollectionRecord(BESIDE, SECOND, 4, 190.0)
    assert (opened(FIRST).home.name, opened(SECOND).home.name) == ("chunks", BESIDE)
    assert (opened(FIRST).others(), opened(SECOND).others()) == ([BESIDE], ["chunks"])
    assert opened(FIRST).embedder(BESIDE) == SECOND
    with pytest.raises(NotFound, match="'gone'"):
        opened(FIRST).embedder("gone")


def test_a_question_looks_where_its_documents_lie(
    opened: Callable[[str], ChunkCollections], database: Database, now: Callable[[], datetime]
) -> None:
    first, second = opened(FIRST), opened(SECOND)
    DocumentSets(database, now).create("a")
    generations = Generations(database, now)

    def publish(**recipes: str) -> int:
        number = generations.begin("a").generation
        records = [DocumentRecord(key, f"sha {recipe}", "", "", 1) for key, recipe in recipes.items()]
        generations.publish("a", number, records)
        return number

    older = publish(x="300/terms-2", y="300/terms-2")
    half = publish(x=f"300/terms-2/{second.home.key}")
    whole = publish(y=f"300/terms-2/{second.home.key}")
    assert [first.beside({"a": at}) for at in (older, half, whole)] == [set(), {BESIDE}, {BESIDE}]
    assert [second.beside({"a": at}) for at in (older, half, whole)] == [{"chunks"}, {"chunks"}, set()]
    assert second.beside({}) == set()


def test_a_collection_goes_when_it_is_empty_and_another_is_home(
    opened: Callable[[str], ChunkCollections], client: QdrantClient, database: Database
) -> None:
    first, second = opened(FIRST), opened(SECOND)
    for collections in (first, second):
        ChunkIndex(client, collections.home.name).ensure(4)
    write(ChunkIndex(client, "chunks"), [chunk("a")])
    assert (second.occupied(), first.occupied()) == (["chunks"], [])
    assert second.drop_empty(["chunks"]) == []
    assert ChunkIndex(second.spanning(), BESIDE).delete_set("handbook") == 1
    assert second.drop_empty([]) == []
    assert second.drop_empty(["chunks", BESIDE]) == ["chunks"]
    assert not client.collection_exists("chunks")
    assert [record.name for record in CollectionRecords(database).all()] == [BESIDE]
    assert opened(FIRST).home == CollectionRecord("chunks", FIRST, 4, 190.0)
