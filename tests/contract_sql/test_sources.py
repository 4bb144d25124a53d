from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from storage.database import Database
from storage.document_sets import DocumentSets
from storage.errors import InvalidInput, NotFound
from storage.generations import Generations
from storage.sources import SourceRecord, Sources


@pytest.fixture
def sources(database: Database, now: Callable[[], datetime]) -> Sources:
    """Of a set that was made at 0:00; the next look at the clock says 0:01."""
    DocumentSets(database, now).create("handbook")
    return Sources(database, now)


def at(minute: int) -> datetime:
    return datetime(2026, 1, 1, 0, minute, tzinfo=UTC)


def test_a_source_is_kept_as_it_was_chosen_and_by_whom(sources: Sources) -> None:
    options = {"url": "https://wiki.example.com/", "max_pages": 5}
    expected = SourceRecord("handbook", "wiki", "web", options, {}, "ann", at(1), at(1))
    assert sources.add("handbook", "wiki", "web", options, "ann") == expected
    assert sources.get("handbook", "wiki") == expected
    assert sources.of("handbook") == [expected]
    assert sources.of("other") == []
    assert sources.find("handbook", "other") is None


def test_a_change_replaces_the_options_and_names_who_asked(sources: Sources) -> None:
    sources.add("handbook", "wiki", "web", {"url": "https://a.example/"}, "ann")
    changed = sources.change("handbook", "wiki", {"url": "https://b.example/"}, "bob")
    assert (changed.options, changed.requested_by) == ({"url": "https://b.example/"}, "bob")
    assert (changed.created, changed.updated) == (at(1), at(2))


def test_how_a_reading_went_is_kept(sources: Sources) -> None:
    sources.add("handbook", "wiki", "web", {}, "ann")
    sources.save_state("handbook", "wiki", {"documents": 3}, None)
    sources.save_state("handbook", "wiki", None, "It is down. Wait.")
    found = sources.get("handbook", "wiki")
    assert (found.state, found.last_read, found.last_problem) == (
        {"documents": 3},
        at(3),
        "It is down. Wait.",
    )
    sources.save_state("handbook", "wiki", {"documents": 4}, None)
    assert sources.get("handbook", "wiki").last_problem is None
    sources.save_state("handbook", "removed meanwhile", {}, None)


def test_a_source_that_is_removed_is_gone(sources: Sources) -> None:
    sources.add("handbook", "wiki", "web", {}, "ann")
    sources.remove("handbook", "wiki")
    assert sources.of("handbook") == []
    for act in (lambda: sources.remove("handbook", "wiki"), lambda: sources.get("handbook", "wiki")):
        with pytest.raises(NotFound, match="'handbook' has no source 'wiki'"):
            act()
    with pytest.raises(NotFound, match="no document set 'other'"):
        sources.get("other", "wiki")
    with pytest.raises(NotFound, match="no document set 'other'"):
        sources.add("other", "wiki", "web", {}, "ann")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a b", ".git", "ä", "x" * 64, "a\0", "-x"])
def test_an_impossible_name_is_refused(sources: Sources, name: str) -> None:
    with pytest.raises(InvalidInput, match="source cannot be called"):
        sources.add("handbook", name, "web", {}, "ann")


def test_a_name_is_taken_once_in_capitals_or_not(sources: Sources) -> None:
    sources.add("handbook", "wiki", "web", {}, "ann")
    with pytest.raises(InvalidInput, match="a source 'wiki' already"):
        sources.add("handbook", "Wiki", "git", {}, "ann")
    with pytest.raises(InvalidInput, match="kind of source 'ftp'"):
        sources.add("handbook", "other", "ftp", {}, "ann")


def test_the_set_shows_the_folder_of_its_source_without_a_name(sources: Sources, database: Database) -> None:
    sets = DocumentSets(database, lambda: at(0))

    def folder() -> str | None:
        found = sets.find("handbook")
        return found.folder if found else "no set"

    sources.add("handbook", "", "folder", {"path": "/docs"}, "ann")
    sources.add("handbook", "wiki", "folder", {"path": "/wiki"}, "ann")
    assert folder() == "/docs"
    assert [record.name for record in sources.of("handbook")] == ["", "wiki"]
    sources.change("handbook", "", {"path": "/new"}, "ann")
    assert folder() == "/new"
    sources.remove("handbook", "")
    assert folder() is None


def test_the_folder_that_a_set_is_fed_from_is_its_source_without_a_name(
    database: Database, now: Callable[[], datetime]
) -> None:
    sets, sources, generations = (
        DocumentSets(database, now),
        Sources(database, now),
        Generations(database, now),
    )
    sets.create("handbook", folder="/docs")
    sources.add("handbook", "wiki", "web", {}, "ann")

    def fed_from() -> list[object]:
        return [record.options.get("path") for record in sources.of("handbook")]

    assert fed_from() == ["/docs", None]
    sources.save_state("handbook", "", {"documents": 3}, None)
    generations.publish("handbook", generations.begin("handbook").generation, folder="/docs")
    assert sources.get("handbook", "").state == {"documents": 3}
    generations.publish("handbook", generations.begin("handbook").generation, folder="/new")
    assert fed_from() == ["/new", None]
    generations.publish("handbook", generations.begin("handbook").generation)
    sets.change("handbook", half_life_days=3)
    assert fed_from() == ["/new", None]
    sets.change("handbook", folder=None)
    assert fed_from() == [None]
