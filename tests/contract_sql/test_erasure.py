"""Erasing a document, or a set, from what was shown and said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select

from storage.catalogue import Catalogue, DocumentRecord, Outcome
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.feedback.erasure import ERASED, Erased, Erasure
from storage.feedback.evidence import Evidence
from storage.feedback.records import Given, Quotation, question_key
from storage.feedback.shown import ShownStore
from storage.feedback.votes import Votes
from storage.generations import Generations
from storage.tables import metadata
from tests.contract_sql.shown_answers import NOW, a_quotation, a_source, an_answer

SECRET, OPEN = a_quotation("secret.md", "Nobody may know."), a_quotation("open.md", "All may know.")
ELSEWHERE = Quotation("other", "far.md", "Far away.", 0, 9)
KEY = question_key("Who may know?")


@pytest.fixture
def votes(database: Database) -> Votes:
    """Ann saw all three and one of them alone; she likes every source, and both answers."""
    sources = (a_source(1, SECRET, cited=True), a_source(2, OPEN), a_source(3, ELSEWHERE, cited=True))
    ShownStore(database).record(
        [
            an_answer("a1", "Who may know?", sources=sources),
            an_answer("a2", "Who else?", sources=(a_source(1, OPEN, cited=True),)),
        ]
    )
    votes = Votes(database, lambda _on, _in_all: 1.0, 100)
    for position in range(4):
        votes.give(Given("a1", position, "ann", "vote", 1, NOW, "It says: nobody may know"))
    votes.give(Given("a2", 1, "ann", "vote", 1, NOW, "fine"))
    return votes


@pytest.fixture
def documents(database: Database, now: Callable[[], datetime]) -> None:
    """Two revisions of the secret, and another document that leads to it."""
    DocumentSets(database, now).create("handbook")
    generations, catalogue = Generations(database, now), Catalogue(database)
    for revision in ("1", "2"):
        records = [
            DocumentRecord("secret.md", revision, "Secret", "/docs/secret.md", 1, links=("open.md",)),
            DocumentRecord("open.md", revision, "Open", "/docs/pack.zip", 1, links=("secret.md",)),
            DocumentRecord("also.md", revision, "Also", "/docs/pack.zip", 1),
        ]
        generations.publish("handbook", generations.begin("handbook").generation, records)
    catalogue.record_outcomes("handbook", [Outcome("secret.md", "changed"), Outcome("open.md", "changed")])


def _everything(database: Database) -> str:
    with database.reading() as connection:
        return "\n".join(
            str(row) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )


@pytest.mark.usefixtures("votes", "documents")
def test_a_document_is_gone_from_every_table(database: Database) -> None:
    erased = Erasure(database).erase("handbook", "secret.md")

    assert erased == Erased(revisions=2, passages=1, votes=1, answers=1)
    left = _everything(database)
    assert [word for word in ("secret.md", "obody may know") if word in left] == []
    shown = ShownStore(database)
    a1, a2 = shown.find("a1"), shown.find("a2")
    assert a1 is not None
    assert a2 is not None
    assert (a1.answer, [source.position for source in a1.sources]) == (ERASED, [2, 3])
    assert (a2.answer, len(a2.sources)) == ("27 days. [1]", 1)
    assert set(Catalogue(database).documents("handbook")) == {"also.md", "open.md"}


def test_what_others_said_of_other_documents_stays(database: Database, votes: Votes) -> None:
    Erasure(database).erase("handbook", "secret.md")

    said = [(s.shown_id, s.position, s.comment) for s in votes.said()]
    assert said == [("a1", 0, ""), ("a1", 2, ""), ("a1", 3, ""), ("a2", 1, "fine")]
    of = {("handbook", "secret.md"), ("handbook", "open.md"), ("other", "far.md")}
    tallies, _ = Evidence(database).tallies([KEY], of)
    assert {tally.quotation_id for tally in tallies} == {OPEN.id, ELSEWHERE.id}
    assert Evidence(database).references(of) == {("other", "far.md"): (0, 1)}


@pytest.mark.usefixtures("votes")
def test_a_question_that_only_this_document_justifies_is_named(database: Database) -> None:
    erasure = Erasure(database)
    assert erasure.questions("handbook", "secret.md") == []  # the open document was voted on, too
    assert erasure.questions("other") == [(KEY, "other")]
    else_ = question_key("Who else?")  # whatever set it was asked of: no vote is left on it
    assert set(erasure.questions("handbook")) == {(KEY, "handbook"), (else_, "handbook"), (else_, "other")}
    erasure.erase("other")
    erasure.erase("handbook", "open.md")
    assert erasure.questions("handbook", "secret.md") == [(KEY, "handbook")]


@pytest.mark.usefixtures("votes", "documents")
def test_a_set_takes_all_its_passages_along(database: Database) -> None:
    assert Erasure(database).erase("handbook") == Erased(revisions=6, passages=2, votes=3, answers=2)
    with database.reading() as connection:
        for name in ("documents", "links", "outcomes"):
            assert connection.scalar(select(func.count()).select_from(metadata.tables[name])) == 0
    assert "far.md" in _everything(database)


@pytest.mark.usefixtures("votes", "documents")
def test_what_is_known_and_whence_it_came(database: Database) -> None:
    erasure = Erasure(database)
    assert erasure.knows("handbook", "secret.md")
    assert erasure.knows("other", "far.md")  # shown once, though no set holds it any more
    assert not erasure.knows("handbook", "secret")
    assert not erasure.knows("far", "secret.md")
    assert erasure.files("handbook", "secret.md") == {"/docs/secret.md": True}
    assert erasure.files("handbook", "open.md") == {"/docs/pack.zip": False}
    assert erasure.files("handbook", "unknown") == {}


def test_compacting_may_be_done_at_any_time(database: Database) -> None:
    database.compact()
    database.compact()
