"""Messages survive the wire, however the bytes are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.edge.wire import (
    Inbox,
    NumberReader,
    Numbers,
    pack,
    problem_from_message,
    problem_to_message,
)
from storage.errors import InvalidInput, NotFound, Permanent, Problem, Transient

FLOATS = st.floats(width=32, allow_nan=False)


@given(
    dense=st.lists(FLOATS),
    weights=st.dictionaries(st.integers(0, 2**32 - 1), FLOATS),
    text=st.text(st.characters(codec="utf-8")),
    cut=st.integers(1, 50),
)
def test_a_message_arrives_as_it_was_sent(
    dense: list[float], weights: dict[int, float], text: str, cut: int
) -> None:
    numbers = Numbers()
    marks = [numbers.sparse(weights.keys(), weights.values()), numbers.dense(dense)]
    frames = pack({"text": text, "marks": marks}, numbers.joined()) + pack({"last": True})
    inbox, arrived = Inbox(), []
    for start in range(0, len(frames), cut):
        inbox.feed(frames[start : start + cut])
        while (one := inbox.next()) is not None:
            arrived.append(one)
    (first, packed), (last, nothing) = arrived
    reader = NumberReader(packed)
    assert first["text"] == text
    assert reader.vector(first["marks"][0]) == (list(weights.keys()), list(weights.values()))
    assert reader.vector(first["marks"][1]) == dense
    assert (last, nothing) == ({"last": True}, b"")


def test_a_length_that_nobody_sends_is_refused_at_once() -> None:
    inbox = Inbox()
    inbox.feed(b"GET / HTTP/1.1")
    with pytest.raises(ValueError, match="a message of"):
        inbox.next()


@pytest.mark.parametrize("kind", [InvalidInput, NotFound, Permanent, Transient])
def test_a_problem_keeps_its_kind_and_its_words(kind: type[Problem]) -> None:
    problem = problem_from_message(problem_to_message(kind("What happened.", "What to do.")))
    assert type(problem) is kind
    assert (problem.what, problem.remedy) == ("What happened.", "What to do.")
