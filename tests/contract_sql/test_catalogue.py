from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage.catalogue import Catalogue, DocumentRecord, Outcome
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.errors import NotFound
from storage.generations import Generations


@pytest.fixture
def publish(database: Database, now: Callable[[], datetime]) -> Callable[[str, list[DocumentRecord]], None]:
    sets, generations = DocumentSets(database, now), Generations(database, now)

    def publish(name: str, written: list[DocumentRecord]) -> None:
        if sets.find(name) is None:
            sets.create(name)
        generations.publish(name, generations.begin(name).generation, written)

    return publish


Publish = Callable[[str, list[DocumentRecord]], None]


def test_records_come_back_as_they_went_in(database: Database, publish: Publish) -> None:
    here = timezone(timedelta(hours=2))
    dated = DocumentRecord(
        "å/b.pdf", "f" * 64, "Überblick", "/docs/å/b.pdf", 7, datetime(2025, 5, 1, 12, tzinfo=here)
    )
    undated = DocumentRecord("c.md", "0" * 64, "", "/docs/c.md", 0)
    publish("a", [dated, undated])
    found = Catalogue(database).documents("a")
    assert found == {"å/b.pdf": dated, "c.md": undated}
    assert found["å/b.pdf"].modified == datetime(2025, 5, 1, 10, tzinfo=UTC)


def test_languages_are_those_of_the_documents_at_a_generation(database: Database, publish: Publish) -> None:
    english = DocumentRecord("x", "1", "", "/x", 1, language="en")
    publish(
        "a",
        [
            english,
            DocumentRecord("y", "1", "", "/y", 1),
            DocumentRecord("z", "1", "", "/z", 1, language="de"),
        ],
    )
    publish("a", [DocumentRecord("z", "2", "", "/z", 1, language="fr")])
    publish("b", [DocumentRecord("z", "1", "", "/z", 1, language="it")])
    languages = Catalogue(database).languages
    assert languages("a", 1) == {"en", "de"}
    assert languages("a", 2) == {"en", "fr"}
    assert languages("c", 1) == frozenset()


def test_text_that_no_database_takes_is_cleaned(database: Database, publish: Publish) -> None:
    publish("a", [DocumentRecord("x", "r", "null\0 and \udcff", "/x", 1)])
    title = Catalogue(database).documents("a")["x"].title
    assert title.startswith("null� and �")


def test_a_date_without_zone_is_a_mistake(database: Database, publish: Publish) -> None:
    with pytest.raises(Exception, match="has no time zone"):
        publish("a", [DocumentRecord("x", "r", "", "/x", 1, datetime(2025, 5, 1))])  # noqa: DTZ001


def test_counts_are_of_live_documents_and_their_chunks(database: Database, publish: Publish) -> None:
    publish("a", [DocumentRecord("x", "1", "", "/x", 5), DocumentRecord("y", "1", "", "/y", 2)])
    publish("a", [DocumentRecord("x", "2", "", "/x", 3)])
    publish("b", [DocumentRecord("x", "1", "", "/x", 1)])
    publish("c", [])
    assert Catalogue(database).counts() == {"a": (2, 5), "b": (1, 1)}


def test_an_unknown_set_holds_nothing(database: Database) -> None:
    catalogue = Catalogue(database)
    assert (catalogue.documents("a"), catalogue.outcomes("a"), catalogue.counts()) == ({}, [], {})


def test_outcomes_are_those_of_the_last_ingestion(database: Database, publish: Publish) -> None:
    publish("a", [])
    catalogue = Catalogue(database)
    catalogue.record_outcomes("a", [Outcome("y", "failed", "encrypted"), Outcome("x", "added")])
    assert catalogue.outcomes("a") == [Outcome("x", "added"), Outcome("y", "failed", "encrypted")]
    catalogue.record_outcomes("a", [Outcome("y", "added"), Outcome("y", "failed", "empty")])
    assert catalogue.outcomes("a") == [Outcome("y", "failed", "empty")]
    catalogue.record_outcomes("a", [])
    assert catalogue.outcomes("a") == []
    with pytest.raises(NotFound, match="'b'"):
        catalogue.record_outcomes("b", [Outcome("x", "added")])
