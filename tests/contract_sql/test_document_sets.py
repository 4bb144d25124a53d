from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from storage.database import Database
from storage.document_sets import DocumentSet, DocumentSets
from storage.errors import InvalidInput, NotFound
from storage.generations import Generations
from storage.principal import ANONYMOUS, Principal

LAWYER = Principal("ann", frozenset({"legal", "staff"}))
CLERK = Principal("bob", frozenset({"staff"}))


@pytest.fixture
def sets(database: Database, now: Callable[[], datetime]) -> DocumentSets:
    return DocumentSets(database, now)


@pytest.fixture
def generations(database: Database, now: Callable[[], datetime]) -> Generations:
    return Generations(database, now)


def _publish(generations: Generations, name: str) -> None:
    generations.publish(name, generations.begin(name).generation)


def test_a_new_set_has_published_nothing_and_ages_by_a_year(sets: DocumentSets) -> None:
    created = datetime(2026, 1, 1, tzinfo=UTC)
    expected = DocumentSet("handbook", 0, "/docs", frozenset(), 365.0, created, created)
    assert sets.create("handbook", folder="/docs") == expected
    assert sets.find("handbook") == expected
    assert sets.find("other") is None


def test_a_name_is_taken_once(sets: DocumentSets) -> None:
    sets.create("handbook")
    with pytest.raises(InvalidInput, match=r"'handbook' already.*Choose another name"):
        sets.create("handbook")


@pytest.mark.parametrize("name", ["", "  ", "a\0b", "line\nbreak", "x" * 201])
def test_an_impossible_name_is_refused(sets: DocumentSets, name: str) -> None:
    with pytest.raises(InvalidInput, match=r"cannot be called.*1 to 200"):
        sets.create(name)


@pytest.mark.parametrize("days", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_half_life_is_refused(sets: DocumentSets, days: float) -> None:
    with pytest.raises(InvalidInput, match="half-life of 'a'"):
        sets.create("a", half_life_days=days)


@pytest.mark.parametrize("group", ["", " ", "a\0b", "x" * 201])
def test_an_impossible_group_is_refused(sets: DocumentSets, group: str) -> None:
    with pytest.raises(InvalidInput, match=r"group cannot be called.*1 to 200"):
        sets.create("a", groups=["staff", group])


def test_a_change_replaces_what_it_names_and_leaves_the_rest(sets: DocumentSets) -> None:
    sets.create("a", groups=["legal", "staff"])
    changed = sets.change("a", folder="/new", groups=["board"], half_life_days=None)
    assert (changed.folder, changed.groups, changed.half_life_days) == ("/new", frozenset({"board"}), None)
    assert changed.updated > changed.created
    assert sets.find("a") == changed
    again = sets.change("a", score_cache=False, glossary="PTO = paid time off")
    assert (again.score_cache, again.glossary) == (False, "PTO = paid time off")
    assert (again.folder, again.groups, again.half_life_days) == ("/new", frozenset({"board"}), None)
    assert sets.change("a", groups=[]).groups == frozenset()
    with pytest.raises(NotFound, match="'b'"):
        sets.change("b", half_life_days=1)


def test_a_change_of_which_one_part_is_impossible_changes_nothing(sets: DocumentSets) -> None:
    before = sets.create("a", groups=["staff"])
    with pytest.raises(InvalidInput, match="Line 2 of the glossary"):
        sets.change("a", groups=[], score_cache=False, glossary="PTO = paid time off\nalone")
    with pytest.raises(InvalidInput, match="group cannot"):
        sets.change("a", half_life_days=1, groups=[""])
    assert sets.find("a") == before


IMPOSSIBLE: list[tuple[str, Any, str]] = [
    ("chunk_tokens", 31, "chunk_tokens of 'a' is 31.*32 to 480"),
    ("chunk_tokens", 481, "chunk_tokens of 'a' is 481"),
    ("min_chunk_tokens", -1, "min_chunk_tokens of 'a' is -1.*0 to 480"),
    ("overlap_sentences", 6, "overlap_sentences of 'a' is 6.*0 to 5"),
    ("kept_generations", -1, "kept_generations of 'a' is -1.*0 to 100"),
    ("rerank", "some", "'some'.*full or none"),
    ("gate_fall", -0.1, "gold questions is -0.1"),
    ("gate_fall", float("nan"), "gold questions is nan"),
    ("description", "x" * 2001, "2,001 characters"),
    ("schedule", "every day", "schedule of 'a' cannot be 'every day'.*five fields"),
    ("schedule", "", "five fields"),
    ("schedule", "0 0 30 2 *", "cannot be '0 0 30 2"),
    ("schedule", "61 0 * * *", "cannot be"),
    ("schedule", "0 30 2 * * *", "cannot be"),
]


def test_an_impossible_option_is_refused_with_what_it_is(sets: DocumentSets) -> None:
    before = sets.create("a")
    for option, value, message in IMPOSSIBLE:
        with pytest.raises(InvalidInput, match=message):
            sets.change("a", **{option: value})
        with pytest.raises(InvalidInput, match=message.replace("'a'", "'b'")):
            sets.create("b", **{option: value})
    assert (sets.find("a"), sets.find("b")) == (before, None)


def test_options_are_kept_and_can_be_given_back_to_the_installation(sets: DocumentSets) -> None:
    made = sets.create(
        "a",
        description="What applies to all staff",
        chunk_tokens=120,
        min_chunk_tokens=0,
        overlap_sentences=2,
        rerank="none",
        schedule="30 2 * * mon-fri",
        kept_generations=0,
        gate_gold="{}",
        gate_fall=0.0,
    )
    assert (made.description, made.chunk_tokens, made.min_chunk_tokens) == (
        "What applies to all staff",
        120,
        0,
    )
    assert (made.overlap_sentences, made.rerank, made.schedule) == (2, "none", "30 2 * * mon-fri")
    assert (made.kept_generations, made.gate_gold, made.gate_fall) == (0, "{}", 0.0)
    assert sets.reranks() == {"a": "none"}
    changed = sets.change("a", chunk_tokens=None, rerank=None, schedule=None, gate_gold=None)
    assert (changed.chunk_tokens, changed.rerank, changed.schedule, changed.gate_gold) == (None,) * 4
    assert (changed.min_chunk_tokens, sets.reranks()) == (0, {})


def test_what_questions_ask_of_the_options(sets: DocumentSets) -> None:
    for name in ("a", "b"):
        sets.create(name)
    assert (sets.glossaries(), sets.without_score_cache()) == ({}, frozenset())
    sets.change("a", glossary="# ours\nPTO = paid time off")
    sets.change("b", score_cache=False)
    assert sets.glossaries() == {"a": "# ours\nPTO = paid time off"}
    assert sets.without_score_cache() == {"b"}


def test_all_are_listed_by_name(sets: DocumentSets) -> None:
    for name in ("b", "a", "B"):
        sets.create(name, half_life_days=None if name == "b" else 30)
    assert [found.name for found in sets.all()] == ["B", "a", "b"]
    assert sets.half_lives() == {"a": 30.0, "B": 30.0, "b": None}


def test_a_question_is_pinned_to_the_live_generations_it_may_read(
    sets: DocumentSets, generations: Generations
) -> None:
    sets.create("open")
    sets.create("law", groups=["legal", "board"])
    sets.create("empty")
    for name in ("open", "open", "law"):
        _publish(generations, name)
    assert sets.pin(ANONYMOUS) == {"open": 2}
    assert sets.pin(CLERK) == {"open": 2}
    assert sets.pin(LAWYER) == {"open": 2, "law": 1}
    assert sets.pin(LAWYER, ["law"]) == {"law": 1}
    assert sets.pin(LAWYER, ["empty"]) == {}
    assert sets.pin(LAWYER, []) == {}


def test_what_may_not_be_read_looks_like_what_does_not_exist(
    sets: DocumentSets, generations: Generations
) -> None:
    sets.create("law", groups=["legal"])
    _publish(generations, "law")
    messages = []
    for name in ("law", "wal"):
        with pytest.raises(NotFound) as caught:
            sets.pin(CLERK, [name])
        messages.append(str(caught.value).replace(name, "..."))
    assert messages[0] == messages[1]
