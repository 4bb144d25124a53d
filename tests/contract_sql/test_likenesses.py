"""Copies and versions as the live generation has them, recorded once for each revision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ingestion.duplicates import DuplicateDetection
from ingestion.minhash import signature
from storage.catalogue import DocumentRecord
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.generations import Generations
from storage.likenesses import Likeness, Likenesses, SignedDocument

TEXT = "Visitors park on level two and show the ticket at the gate when they leave the site at night."
OTHER = "The canteen opens at noon on working days, and closes when the last guest has been served there."
OLD, NEW = datetime(2024, 5, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


def record(id_: str, text: str = TEXT, modified: datetime | None = OLD) -> DocumentRecord:
    return DocumentRecord(id_, "1", "", f"/{id_}", 1, modified, signature=signature(text))


class Site:
    """A set whose documents change."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        DocumentSets(database, now).create("site")
        self.generations = Generations(database, now)
        self.likenesses = Likenesses(database)
        self.now = now

    def publish(self, *records: DocumentRecord, removed: tuple[str, ...] = ()) -> int:
        """Returns how many documents were compared after it."""
        build = self.generations.begin("site")
        for unfinished in build.undo:
            self.generations.abandon("site", unfinished)
        self.generations.publish("site", build.generation, records, removed)
        return DuplicateDetection(self.likenesses).run("site")

    @property
    def pairs(self) -> list[tuple[str, str, bool]]:
        return [(p.document_id, p.other_id, p.superseded) for p in self.likenesses.of("site")]

    def newer(self, *documents: str) -> dict[str, list[str]]:
        found = self.likenesses.newer({("site", document) for document in documents})
        return {document: others for (_, document), others in found.items()}


@pytest.fixture
def site(database: Database, now: Callable[[], datetime]) -> Site:
    return Site(database, now)


def test_the_older_comes_first_and_the_newest_is_told(site: Site) -> None:
    site.publish(record("a", modified=NEW), record("b"), record("c", OTHER))
    assert site.pairs == [("b", "a", True)]
    assert site.newer("a", "b", "c") == {"b": ["a"]}


def test_copies_of_one_day_or_without_a_date_supersede_nothing(site: Site) -> None:
    site.publish(record("b"), record("a"), record("c", OTHER, None), record("d", OTHER))
    assert site.pairs == [("a", "b", False), ("c", "d", False)]
    assert site.newer("a", "b", "c", "d") == {}


def test_of_several_versions_the_newest_is_first(site: Site) -> None:
    site.publish(
        record("a"), record("b", modified=datetime(2025, 1, 1, tzinfo=UTC)), record("c", modified=NEW)
    )
    assert site.newer("a", "b", "c") == {"a": ["c", "b"], "b": ["c"]}


def test_only_what_changed_is_compared(site: Site) -> None:
    assert site.publish(record("a"), record("b", OTHER)) == 2
    assert site.publish(record("c", modified=NEW)) == 1
    assert site.publish(removed=("b",)) == 0
    assert site.pairs == [("a", "c", True)]


def test_pairs_go_with_their_revisions_and_come_back_with_them(site: Site) -> None:
    site.publish(record("a"), record("b", modified=NEW))
    site.publish(record("b", OTHER, NEW))
    assert site.pairs == []
    site.generations.roll_back("site")
    assert site.pairs == [("a", "b", True)]
    for _ in range(11):
        site.now()  # until nobody reads what was rolled back
    site.publish(removed=("b",))
    assert (site.pairs, site.newer("a")) == ([], {})


def test_a_build_that_is_not_published_shows_nothing(site: Site) -> None:
    site.publish(record("a"))
    site.generations.begin("site")
    assert DuplicateDetection(site.likenesses).run("site") == 0


def test_a_short_document_is_not_compared(site: Site) -> None:
    assert site.publish(record("a", "Contact us"), record("b", "Contact us")) == 0


def test_what_was_purged_meanwhile_is_left_out(site: Site) -> None:
    site.publish(record("a", OTHER))
    (compared,) = next(iter(site.likenesses.compared("site")))
    gone = SignedDocument("gone", 1, "", OLD, signature(TEXT))
    site.likenesses.record("site", [Likeness("a", 1, "gone", 1, 0.9, True)], [compared, gone])
    assert site.pairs == []


def test_nothing_is_asked_of_no_documents(site: Site) -> None:
    assert site.newer() == {}
