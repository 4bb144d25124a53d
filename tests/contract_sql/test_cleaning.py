"""Which generations stay for a roll-back, and what of those that do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from storage.catalogue import Catalogue, DocumentRecord
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.errors import InvalidInput, NotFound
from storage.feedback.evidence import Evidence
from storage.generation_history import Cleaned, GenerationHistory
from storage.generations import Generations


class Clock:
    """Stands still until it is moved."""

    moment = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, minutes: float) -> None:
        self.moment += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def generations(database: Database, clock: Clock) -> Generations:
    DocumentSets(database, clock).create("a", kept_generations=1)
    return Generations(database, clock)


@pytest.fixture
def history(database: Database, clock: Clock) -> GenerationHistory:
    return GenerationHistory(database, clock)


def _publish(generations: Generations, *ids: str, removed: tuple[str, ...] = ()) -> int:
    number = generations.begin("a").generation
    records = [DocumentRecord(id_, f"{id_}@{number}", "", f"/{id_}", 3, links=("x",)) for id_ in ids]
    generations.publish("a", number, records, removed)
    return number


def test_a_generation_is_told_with_its_fate_and_counts(
    generations: Generations, history: GenerationHistory, clock: Clock
) -> None:
    _publish(generations, "x", "y")
    clock.move(1)
    _publish(generations, "x", removed=("y",))
    clock.move(1)
    generations.begin("a")
    first, second, third = history.of("a")
    assert (first.documents, first.chunks, second.documents, second.chunks) == (2, 6, 1, 3)
    assert first.ended == second.published == second.begun == first.begun + timedelta(minutes=1)
    assert (second.ended, third.published, third.documents, third.usable) == (None, None, None, False)
    assert (first.usable, second.usable) == (True, True)
    with pytest.raises(NotFound, match="'b'"):
        history.of("b")
    with pytest.raises(NotFound, match="'b'"):
        history.clean_up("b")


def test_the_policy_keeps_one_and_readers_are_given_ten_minutes(
    generations: Generations, history: GenerationHistory, clock: Clock, database: Database
) -> None:
    for _ in range(4):
        _publish(generations, "x")
    assert history.clean_up("a") == Cleaned(1, (), 0)
    clock.move(9.9)
    assert history.clean_up("a") == Cleaned(1, (), 0)
    clock.move(0.1)
    assert history.clean_up("a") == Cleaned(3, (1, 2), 2)
    assert history.clean_up("a") == Cleaned(3, (), 0)
    assert [record.cleaned is not None for record in history.of("a")] == [True, True, False, False]
    assert generations.roll_back("a") == 3
    assert Catalogue(database).documents("a")["x"].revision == "x@3"
    with pytest.raises(InvalidInput, match=r"Generation 2 of 'a' was cleaned up on 2026-01-01.*--keep N"):
        generations.roll_back("a")


def test_nothing_is_kept_where_the_set_says_so(
    generations: Generations, history: GenerationHistory, clock: Clock, database: Database
) -> None:
    DocumentSets(database, clock).change("a", kept_generations=0)
    _publish(generations, "x", "gone")
    _publish(generations, "x", removed=("gone",))
    clock.move(10)
    assert history.clean_up("a") == Cleaned(2, (1,), 2)
    assert set(Catalogue(database).documents("a")) == {"x"}


def test_more_than_there_are_may_be_kept(
    generations: Generations, history: GenerationHistory, clock: Clock, database: Database
) -> None:
    DocumentSets(database, clock).change("a", kept_generations=9)
    for _ in range(3):
        _publish(generations, "x")
    clock.move(60)
    assert history.clean_up("a") == Cleaned(1, (), 0)


def test_links_of_what_is_gone_go_and_those_of_the_live_generation_stay(
    generations: Generations, history: GenerationHistory, clock: Clock, database: Database
) -> None:
    for _ in range(3):
        _publish(generations, "d1", "d2")
    clock.move(10)
    assert history.clean_up("a").revisions == 2
    assert Evidence(database).references({("a", "x")}) == {("a", "x"): (2, 0)}
    assert generations.roll_back("a") == 2
    assert Evidence(database).references({("a", "x")}) == {("a", "x"): (2, 0)}


def test_what_is_rolled_back_or_being_built_is_left_alone(
    generations: Generations, history: GenerationHistory, clock: Clock
) -> None:
    for _ in range(3):
        _publish(generations, "x")
    generations.roll_back("a")
    clock.move(10)
    assert history.clean_up("a") == Cleaned(1, (), 0)
    build = generations.begin("a")
    assert (build.live, build.undo) == (2, (3,))
    assert history.clean_up("a") == Cleaned(1, (), 0)
    generations.abandon("a", 3)
    generations.publish("a", build.generation)
    clock.move(10)
    assert history.clean_up("a") == Cleaned(2, (1,), 1)


def test_a_clock_that_was_set_back_gives_nothing_up(
    generations: Generations, history: GenerationHistory, clock: Clock
) -> None:
    for _ in range(3):
        _publish(generations, "x")
    clock.move(-600)
    assert history.clean_up("a") == Cleaned(1, (), 0)


def test_a_set_that_takes_the_name_of_a_deleted_one_counts_on(
    database: Database, generations: Generations, now: Callable[[], datetime]
) -> None:
    sets = DocumentSets(database, now)
    for _ in range(2):
        _publish(generations, "x")
    sets.delete("a")
    assert (sets.find("a"), Catalogue(database).documents("a")) == (None, {})
    with pytest.raises(NotFound, match="'a'"):
        sets.delete("a")
    assert sets.create("a").live_generation == 0
    assert generations.begin("a").generation == 3
    assert generations.begin("a").generation == 4
    sets.delete("a")
    sets.create("a")
    sets.create("other")
    assert (generations.begin("a").generation, generations.begin("other").generation) == (5, 1)
