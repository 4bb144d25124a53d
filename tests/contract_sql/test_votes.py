from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from ranking.feedback.influence import vote_weight
from storage.database import Database
from storage.errors import NotFound, Transient
from storage.feedback.evidence import Evidence, Tally
from storage.feedback.records import Given, question_key
from storage.feedback.shown import ShownStore
from storage.feedback.votes import Votes
from tests.contract_sql.shown_answers import NOW, a_quotation, a_source, an_answer

KEY = question_key("How much leave?")


def _votes(database: Database, votes_an_hour: int = 100) -> Votes:
    return Votes(database, vote_weight, votes_an_hour)


def _given(value: int, shown_id: str = "a1", principal: str = "ann", position: int = 1) -> Given:
    return Given(shown_id, position, principal, "vote", value, NOW)


def _tallies(database: Database, key: str = KEY, document: str = "leave.md") -> list[Tally]:
    return Evidence(database).tallies([key], {("handbook", document)})[0]


def _sums(database: Database) -> tuple[float, float]:
    found = _tallies(database)
    return round(sum(t.ups for t in found), 6), round(sum(t.downs for t in found), 6)


@pytest.fixture
def shown(database: Database) -> ShownStore:
    """`a1` of ann and `b1` of bob show one passage for one question, `a2` of ann for another."""
    store = ShownStore(database)
    source = (a_source(1, a_quotation(), cited=True),)
    store.record(
        [
            an_answer("a1", sources=source),
            an_answer("a2", "What is my leave?", sources=source),
            an_answer("b1", principal="bob", sources=source),
        ]
    )
    return store


@pytest.mark.usefixtures("shown")
def test_a_later_vote_replaces_and_may_be_withdrawn(database: Database) -> None:
    votes = _votes(database)
    assert votes.give(_given(1)) is False
    assert _sums(database) == (1.0, 0.0)
    assert votes.give(_given(-1)) is True
    assert _sums(database) == (0.0, 1.0)
    assert votes.give(_given(0)) is True
    assert _tallies(database) == []
    assert votes.give(_given(0)) is False
    assert list(votes.said()) == []


@pytest.mark.usefixtures("shown")
def test_what_stands_is_summed_by_question_and_passage(database: Database) -> None:
    votes = _votes(database)
    votes.give(_given(1))
    votes.give(_given(-1, "b1", "bob"))
    votes.give(_given(1, "a2"))

    found = {one.question: (one.ups, one.downs) for one in votes.standing()}
    assert found == {"How much leave?": (1.0, 1.0), "What is my leave?": (0.25, 0.0)}
    assert {(one.set, one.document) for one in votes.standing()} == {("handbook", "leave.md")}


@pytest.mark.usefixtures("shown")
def test_each_person_has_one_vote_on_a_passage_for_a_question(database: Database, shown: ShownStore) -> None:
    shown.record([an_answer("a9", "HOW much leave?!", sources=(a_source(4, a_quotation()),))])
    votes = _votes(database)
    votes.give(_given(1))
    votes.give(_given(1, "a9", position=4))
    votes.give(_given(1, "b1", "bob"))

    assert _sums(database) == (2.0, 0.0)


@pytest.mark.usefixtures("shown")
def test_the_same_passage_under_another_question_weighs_a_quarter(database: Database) -> None:
    votes = _votes(database)
    votes.give(_given(1))
    votes.give(_given(1, "a2"))

    [tally] = _tallies(database, question_key("What is my leave?"))
    assert tally.ups == pytest.approx(0.25)


@pytest.mark.usefixtures("shown")
def test_only_what_was_shown_to_the_voter_can_be_voted_on(database: Database) -> None:
    votes = _votes(database)
    for given in (_given(1, principal="bob"), _given(1, "unknown"), _given(1, position=7)):
        with pytest.raises(NotFound):
            votes.give(given)
    assert list(votes.said()) == []


@pytest.mark.usefixtures("shown")
def test_so_many_votes_an_hour_and_no_more(database: Database) -> None:
    votes = _votes(database, votes_an_hour=1)
    votes.give(_given(1))
    with pytest.raises(Transient, match="1 times"):
        votes.give(_given(1, "a2"))
    assert votes.give(_given(1, "b1", "bob")) is False
    for hours in (2, -500):  # later, and after the clock was set back
        assert votes.give(Given("a2", 1, "ann", "click", 1, NOW + timedelta(hours=hours))) is (hours < 0)


@pytest.mark.usefixtures("shown")
def test_a_liked_answer_praises_what_it_cites_once_a_person(database: Database) -> None:
    votes, key = _votes(database), ("handbook", "leave.md")
    for given in (_given(1, position=0), _given(1, "a2", position=0), _given(1, "b1", "bob", 0)):
        votes.give(given)
    assert Evidence(database).references({key}) == {key: (0, 2)}
    votes.give(_given(-1, "b1", "bob", 0))
    assert Evidence(database).references({key}) == {key: (0, 1)}
    assert _tallies(database) == []


@pytest.mark.usefixtures("shown")
def test_what_was_said_is_listed_with_the_words_it_is_about(database: Database) -> None:
    votes = _votes(database)
    votes.give(Given("a1", 1, "ann", "vote", -1, NOW, "of last\0 year"))
    votes.give(Given("a1", 1, "ann", "copy", 1, NOW + timedelta(minutes=1)))
    votes.give(_given(1, position=0))

    said = list(votes.said())

    assert [(s.position, s.kind, s.value) for s in said] == [(0, "vote", 1), (1, "vote", -1), (1, "copy", 1)]
    assert (said[0].document, said[1].document, said[1].text) == (None, "leave.md", a_quotation().text)
    assert said[1].comment == "of last\N{REPLACEMENT CHARACTER} year"
    assert [s.kind for s in votes.said(NOW + timedelta(seconds=30))] == ["copy"]


def test_a_record_longer_than_a_page_is_listed_whole(database: Database, shown: ShownStore) -> None:
    voters = [f"voter-{number:04}" for number in range(501)]
    shown.record([an_answer(name, principal=name, sources=(a_source(1),)) for name in voters])
    votes = _votes(database)
    for name in voters:
        votes.give(Given(name, 1, name, "click", 1, NOW))

    assert sorted(said.principal for said in votes.said()) == voters


@pytest.mark.usefixtures("shown")
def test_votes_at_once_are_all_counted(database: Database, shown: ShownStore) -> None:
    names = [f"p{number}" for number in range(8)]
    source = (a_source(1, a_quotation()),)
    shown.record([an_answer(name, principal=name, sources=source) for name in names])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: _votes(database).give(_given(1, name, name)), names))

    assert _sums(database) == (8.0, 0.0)
