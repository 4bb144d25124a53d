"""Who links to a document, as the live generation has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from storage.catalogue import DocumentRecord
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.feedback.evidence import Evidence
from storage.generations import Generations

TARGET = ("handbook", "leave.md")


def _record(id_: str, *links: str) -> DocumentRecord:
    return DocumentRecord(id_, "1", "", f"/{id_}", 1, links=links)


@pytest.fixture
def generations(database: Database, now: Callable[[], datetime]) -> Generations:
    DocumentSets(database, now).create("handbook")
    return Generations(database, now)


def _publish(generations: Generations, *records: DocumentRecord, removed: tuple[str, ...] = ()) -> None:
    generations.publish("handbook", generations.begin("handbook").generation, records, removed)


def _links(database: Database) -> int:
    return Evidence(database).references({TARGET, ("other", "leave.md")}).get(TARGET, (0, 0))[0]


def test_each_document_that_links_counts_once(database: Database, generations: Generations) -> None:
    _publish(generations, _record("a.md", "leave.md", "b.md"), _record("b.md", "leave.md"), _record("c.md"))
    assert _links(database) == 2


def test_links_change_with_their_documents_and_come_back_with_them(
    database: Database, generations: Generations
) -> None:
    _publish(generations, *(_record(name, "leave.md") for name in ("a.md", "b.md", "c.md")))
    _publish(generations, _record("a.md"), removed=("b.md",))
    assert _links(database) == 1
    generations.roll_back("handbook")
    assert _links(database) == 3


def test_a_build_that_is_not_published_links_nothing(database: Database, generations: Generations) -> None:
    build = generations.begin("handbook")
    assert _links(database) == 0
    generations.publish("handbook", build.generation, [_record("a.md", "leave.md")])
    assert _links(database) == 1


def test_nothing_is_asked_of_no_documents(database: Database) -> None:
    assert Evidence(database).references(set()) == {}
