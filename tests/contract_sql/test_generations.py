from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from storage.catalogue import Catalogue, DocumentRecord
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.errors import InvalidInput, NotFound, Transient
from storage.generations import Build, Generations
from storage.principal import ANONYMOUS


@pytest.fixture
def sets(database: Database, now: Callable[[], datetime]) -> DocumentSets:
    sets = DocumentSets(database, now)
    sets.create("a")
    sets.create("b")
    return sets


@pytest.fixture
def generations(database: Database, now: Callable[[], datetime], sets: DocumentSets) -> Generations:
    return Generations(database, now)


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    return Catalogue(database)


def _documents(**revisions: str) -> list[DocumentRecord]:
    return [
        DocumentRecord(key, revision, key.upper(), f"/{key}.md", 2) for key, revision in revisions.items()
    ]


def _revisions(catalogue: Catalogue, name: str = "a") -> Mapping[str, str]:
    return {record.id: record.revision for record in catalogue.documents(name).values()}


def _pass(now: Callable[[], datetime], minutes: int) -> None:
    for _ in range(minutes):
        now()


def test_a_set_that_does_not_exist(generations: Generations) -> None:
    with pytest.raises(NotFound, match="'c'"):
        generations.begin("c")


def test_a_build_is_invisible_until_published(
    generations: Generations, catalogue: Catalogue, sets: DocumentSets
) -> None:
    assert generations.begin("a") == Build("a", 1, 0, ())
    assert (sets.pin(ANONYMOUS), _revisions(catalogue)) == ({}, {})
    generations.publish("a", 1, _documents(x="1", y="1"))
    assert (sets.pin(ANONYMOUS), _revisions(catalogue)) == ({"a": 1}, {"x": "1", "y": "1"})


def test_the_next_generation_keeps_replaces_adds_and_removes(
    generations: Generations, catalogue: Catalogue
) -> None:
    generations.publish("a", generations.begin("a").generation, _documents(kept="1", changed="1", gone="1"))
    generations.publish("b", generations.begin("b").generation, _documents(gone="1"))
    generations.publish("a", generations.begin("a").generation, _documents(changed="2", new="1"), ["gone"])
    assert _revisions(catalogue) == {"kept": "1", "changed": "2", "new": "1"}
    assert _revisions(catalogue, "b") == {"gone": "1"}


def test_a_removed_document_may_come_back(generations: Generations, catalogue: Catalogue) -> None:
    generations.publish("a", generations.begin("a").generation, _documents(x="1"))
    generations.publish("a", generations.begin("a").generation, removed=["x"])
    generations.publish("a", generations.begin("a").generation, _documents(x="1"))
    assert _revisions(catalogue) == {"x": "1"}


def test_more_documents_than_one_batch(generations: Generations, catalogue: Catalogue) -> None:
    first = _documents(**{f"d{number}": "1" for number in range(2500)})
    generations.publish("a", generations.begin("a").generation, first)
    removed = [record.id for record in first[:1100]]
    generations.publish("a", generations.begin("a").generation, _documents(d2499="2"), removed)
    assert len(_revisions(catalogue)) == 1400
    assert _revisions(catalogue)["d2499"] == "2"


def test_an_unpublished_build_is_named_until_it_is_abandoned(generations: Generations) -> None:
    generations.begin("a")
    assert generations.begin("a") == Build("a", 2, 0, (1,))
    assert generations.begin("a") == Build("a", 3, 0, (1, 2))
    generations.abandon("a", 1)
    generations.abandon("a", 1)
    assert generations.begin("a") == Build("a", 4, 0, (2, 3))


def test_an_overtaken_build_cannot_be_published(
    generations: Generations, catalogue: Catalogue, sets: DocumentSets
) -> None:
    slow, fast = generations.begin("a"), generations.begin("a")
    with pytest.raises(Transient, match="Generation 1 of 'a' was overtaken by 2"):
        generations.publish("a", slow.generation, _documents(x="slow"))
    generations.abandon("a", slow.generation)
    generations.publish("a", fast.generation, _documents(x="fast"))
    with pytest.raises(Transient, match="overtaken"):
        generations.publish("a", slow.generation)
    assert (_revisions(catalogue), sets.pin(ANONYMOUS)) == ({"x": "fast"}, {"a": 2})


def test_nothing_is_published_over_what_is_not_undone(generations: Generations) -> None:
    generations.begin("a")
    build = generations.begin("a")
    with pytest.raises(Transient, match=r"unfinished are \[1, 2\]"):
        generations.publish("a", build.generation)


@pytest.mark.parametrize("again", ["publish", "abandon"])
def test_a_published_generation_is_final(generations: Generations, again: str) -> None:
    generation = generations.begin("a").generation
    generations.publish("a", generation)
    with pytest.raises((Transient, InvalidInput)):
        getattr(generations, again)("a", generation)


def test_an_abandoned_build_cannot_be_published(generations: Generations, sets: DocumentSets) -> None:
    build = generations.begin("a")
    generations.abandon("a", build.generation)
    with pytest.raises(Transient, match=r"unfinished are \[\]"):
        generations.publish("a", build.generation)
    assert sets.pin(ANONYMOUS) == {}


def test_a_failure_half_way_through_the_switch_leaves_the_old_generation(
    generations: Generations, catalogue: Catalogue, sets: DocumentSets
) -> None:
    generations.publish("a", generations.begin("a").generation, _documents(x="1", y="1"))
    build = generations.begin("a")
    documents = iter(_documents(x="2", **{f"d{number}": "1" for number in range(1500)}))

    def broken() -> Iterator[DocumentRecord]:
        yield from documents
        raise OSError("the source went away")

    with pytest.raises(OSError, match="went away"):
        generations.publish("a", build.generation, broken(), ["y"])
    assert (_revisions(catalogue), sets.pin(ANONYMOUS)) == ({"x": "1", "y": "1"}, {"a": 1})
    generations.publish("a", build.generation, _documents(x="2"))
    assert _revisions(catalogue) == {"x": "2", "y": "1"}


def test_a_roll_back_shows_what_was_live_before(
    generations: Generations, catalogue: Catalogue, sets: DocumentSets, now: Callable[[], datetime]
) -> None:
    generations.publish("a", generations.begin("a").generation, _documents(x="1", gone="1"))
    generations.publish("a", generations.begin("a").generation, _documents(x="2", new="1"), ["gone"])
    assert generations.roll_back("a") == 1
    assert (_revisions(catalogue), sets.pin(ANONYMOUS)) == ({"x": "1", "gone": "1"}, {"a": 1})
    _pass(now, minutes=10)
    build = generations.begin("a")
    assert build == Build("a", 3, 1, (2,))
    generations.abandon("a", 2)
    generations.publish("a", 3, _documents(other="1"))
    assert _revisions(catalogue) == {"x": "1", "gone": "1", "other": "1"}
    assert generations.roll_back("a") == 1


def test_what_was_rolled_back_is_not_undone_while_questions_may_read_it(
    generations: Generations, database: Database, now: Callable[[], datetime]
) -> None:
    for _ in range(2):
        generations.publish("a", generations.begin("a").generation)
    generations.roll_back("a")
    with pytest.raises(Transient, match=r"Generation 2 of 'a' was rolled back a moment ago.*in 9 minutes"):
        generations.begin("a")
    _pass(now, minutes=9)
    assert generations.begin("a").undo == (2,)
    patient = Generations(database, now, readers_gone=timedelta(days=1))
    with pytest.raises(Transient, match="Generation 2"):
        patient.begin("a")


def test_there_is_nothing_before_the_first_generation(generations: Generations) -> None:
    generations.publish("a", generations.begin("a").generation)
    with pytest.raises(InvalidInput, match="no generation before 1"):
        generations.roll_back("a")


def test_numbers_given_at_once_are_never_the_same(generations: Generations) -> None:
    with ThreadPoolExecutor(8) as pool:
        builds = list(pool.map(generations.begin, ["a"] * 24))
    assert sorted(build.generation for build in builds) == list(range(1, 25))


def test_of_two_publications_at_once_one_wins(generations: Generations, catalogue: Catalogue) -> None:
    build = generations.begin("a")

    def publish(revision: str) -> str:
        try:
            generations.publish("a", build.generation, _documents(x=revision))
        except Transient:
            return ""
        return revision

    with ThreadPoolExecutor(2) as pool:
        won = sorted(pool.map(publish, ["1", "2"]))
    assert won[0] == ""
    assert _revisions(catalogue) == {"x": won[1]}
