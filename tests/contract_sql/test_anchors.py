"""What votes and links of a set rest on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from storage.catalogue import DocumentRecord
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.feedback.anchors import Anchors
from storage.feedback.records import Given, Quotation
from storage.feedback.shown import ShownStore
from storage.feedback.votes import Votes
from storage.generations import Generations
from tests.contract_sql.shown_answers import NOW, a_quotation, a_source, an_answer


def test_passages_that_votes_stand_on(database: Database) -> None:
    liked, only_shown = a_quotation("b.md", "Liked."), a_quotation("a.md", "Only shown.")
    elsewhere = Quotation("other", "b.md", "Elsewhere.", 0, 10)
    sources = (a_source(1, liked), a_source(2, only_shown), a_source(3, elsewhere))
    ShownStore(database).record([an_answer(p, principal=p, sources=sources) for p in ("ann", "bob")])
    votes = Votes(database, lambda _on, _in_all: 1.0, 100)
    votes.give(Given("ann", 1, "ann", "vote", 1, NOW))
    votes.give(Given("bob", 1, "bob", "vote", -1, NOW))
    votes.give(Given("ann", 3, "ann", "vote", 1, NOW))
    assert Anchors(database).voted("handbook") == [(liked, 2)]
    votes.give(Given("bob", 1, "bob", "vote", 0, NOW))
    assert Anchors(database).voted("handbook") == [(liked, 1)]
    assert Anchors(database).voted("unknown") == []


def test_live_links_to_what_is_or_was_a_document(database: Database, now: Callable[[], datetime]) -> None:
    DocumentSets(database, now).create("a")
    generations = Generations(database, now)
    first = [
        DocumentRecord("x", "1", "", "", 1, links=("y", "never")),
        DocumentRecord("y", "1", "", "", 1, links=("x",)),
    ]
    generations.publish("a", generations.begin("a").generation, first)
    assert Anchors(database).links("a") == [("x", "y"), ("y", "x")]
    generations.publish("a", generations.begin("a").generation, (), ["y"])
    assert Anchors(database).links("a") == [("x", "y")]
