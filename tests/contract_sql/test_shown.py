from __future__ import annotations

from datetime import timedelta

import pytest

from storage.database import Database
from storage.errors import NotFound
from storage.feedback.evidence import Evidence
from storage.feedback.records import Given, question_key
from storage.feedback.shown import ShownStore
from storage.feedback.votes import Votes
from tests.contract_sql.shown_answers import NOW, a_quotation, a_source, an_answer

KEY = question_key("How much leave?")
DAY = timedelta(days=1)


def _looks(database: Database, document: str = "leave.md") -> float:
    """A vote of no weight makes the tallies of a passage readable."""
    tallies, _ = Evidence(database).tallies([KEY], {("handbook", document)})
    return sum(tally.looks for tally in tallies)


def _liked(database: Database, shown_id: str, principal: str = "ann", position: int = 1) -> None:
    votes = Votes(database, lambda _passage, _all: 1.0, 100)
    votes.give(Given(shown_id, position, principal, "vote", 1, NOW))


def test_an_answer_is_found_as_it_was_shown(database: Database) -> None:
    store = ShownStore(database)
    shown = an_answer()
    store.record([shown])

    found = store.find("a1")

    assert found is not None
    assert [s.quotation for s in found.sources] == [s.quotation for s in shown.sources]
    assert [s.signals for s in found.sources] == [s.signals for s in shown.sources]
    assert (found.sources[0].cited, found.sources[1].cited) == (True, False)
    assert (found.question, found.answer, found.at) == (shown.question, shown.answer, shown.at)
    assert (found.generations, found.versions) == (shown.generations, shown.versions)
    assert store.find("a2") is None


def test_looks_are_expected_by_place_and_repeats_within_a_day_add_none(database: Database) -> None:
    store = ShownStore(database)
    source = a_source(2, a_quotation())
    store.record([an_answer("a1", sources=(source,))])
    _liked(database, "a1", position=2)
    assert _looks(database) == pytest.approx(0.5)

    store.record([an_answer("a2", " how MUCH leave ", at=NOW + DAY / 2, sources=(source,))])
    assert _looks(database) == pytest.approx(0.5)
    store.record([an_answer("a3", principal="bob", at=NOW + DAY / 2, sources=(source,))])
    store.record([an_answer("a4", at=NOW + 3 * DAY, sources=(source,))])
    assert _looks(database) == pytest.approx(1.5)


def test_the_same_text_shown_twice_is_one_passage(database: Database) -> None:
    twice = (a_source(1, a_quotation()), a_source(2, a_quotation()))
    ShownStore(database).record([an_answer(sources=twice)])
    _liked(database, "a1")

    assert _looks(database) == pytest.approx(1.5)


def test_what_is_old_is_forgotten_and_votes_outlive_it(database: Database) -> None:
    store = ShownStore(database)
    store.record([an_answer("old", at=NOW - 400 * DAY), an_answer("new", at=NOW)])
    votes = Votes(database, lambda _passage, _all: 1.0, 100)
    votes.give(Given("old", 1, "ann", "vote", 1, NOW - 400 * DAY))

    assert store.forget(NOW - 365 * DAY, NOW - 900 * DAY) == 1
    assert store.forget(NOW - 365 * DAY, NOW - 900 * DAY) == 0

    assert store.find("old") is None
    assert store.find("new") is not None
    assert list(votes.said()) == []
    with pytest.raises(NotFound, match="old"):
        votes.give(Given("old", 1, "ann", "vote", -1, NOW))
    [tally] = Evidence(database).tallies([KEY], {("handbook", "1.md")})[0][:1]
    assert tally.ups == 1.0


def test_votes_go_in_the_end_and_with_them_what_nothing_rests_on(database: Database) -> None:
    store = ShownStore(database)
    store.record([an_answer("old", at=NOW - 1000 * DAY)])
    Votes(database, lambda _passage, _all: 1.0, 100).give(Given("old", 1, "ann", "vote", 1, NOW - 1000 * DAY))

    store.forget(NOW - 365 * DAY, NOW - 900 * DAY)

    assert Evidence(database).tallies([KEY], {("handbook", "1.md")}) == ([], {})
    assert Votes(database, lambda _passage, _all: 1.0, 100).questions() == []
