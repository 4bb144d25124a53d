from __future__ import annotations

import re
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_app.generation.citations import CitationFilter, numbers_in


def filtered(text: str, passages: int) -> tuple[str, list[int]]:
    citations = CitationFilter(passages)
    return citations.feed(text) + citations.finish(), citations.cited


@pytest.mark.parametrize(
    ("text", "shown", "cited"),
    [
        ("Yes [1].", "Yes [1].", [1]),
        ("Yes. [2][1] No. [2]", "Yes. [2][1] No. [2]", [2, 1]),
        ("Yes [1, 3].", "Yes [1][3].", [1, 3]),
        ("Yes [ 3; 1 ].", "Yes [3][1].", [3, 1]),
        ("Yes [1-3].", "Yes [1][2][3].", [1, 2, 3]),
        ("Yes [4].", "Yes.", []),
        ("Yes [0].", "Yes.", []),
        ("Yes [1, 9].", "Yes [1].", [1]),
        ("Yes [3-1].", "Yes.", []),
        ("Since [2024] it holds [1].", "Since [2024] it holds [1].", [1]),
        ("See [the form] or [x](y).", "See [the form] or [x](y).", []),
        ("First.\n[9] Second.", "First.\n Second.", []),
        ("Broken off [1", "Broken off", []),
        ("", "", []),
    ],
)
def test_only_markers_of_given_passages_are_shown(text: str, shown: str, cited: list[int]) -> None:
    assert filtered(text, passages=3) == (shown, cited)


def test_half_a_marker_is_held_until_it_is_whole() -> None:
    citations = CitationFilter(2)
    assert citations.feed("It is so [") == "It is so"
    assert citations.feed("1") == ""
    assert citations.feed(", 2") == ""
    assert citations.feed("] and") == " [1][2] and"
    assert citations.cited == [1, 2]


def test_a_bracket_that_is_no_marker_is_let_go_at_once() -> None:
    citations = CitationFilter(2)
    assert citations.feed("It is [") == "It is"
    assert citations.feed("sic") == " [sic"


TEXTS = st.lists(
    st.sampled_from(["a b", "[1]", "[2, 1]", "[7]", " ", "[", "]", "1", ",", "-", "[1", "\n", "é"]),
    max_size=20,
).map("".join)


@given(TEXTS, st.lists(st.integers(0, 60), max_size=8))
def test_the_answer_is_the_same_however_it_was_cut_into_pieces(text: str, places: list[int]) -> None:
    citations = CitationFilter(2)
    cuts = [0, *sorted(min(place, len(text)) for place in places), len(text)]
    pieces = [text[start:end] for start, end in pairwise(cuts)]
    shown = "".join(citations.feed(piece) for piece in pieces) + citations.finish()
    assert (shown, citations.cited) == filtered(text, passages=2)


@given(TEXTS)
def test_no_marker_is_shown_in_two_halves(text: str) -> None:
    citations = CitationFilter(2)
    shown = [citations.feed(character) for character in text]
    edges = set(accumulate(map(len, shown)))
    for marker in re.finditer(r"\[[12]\]", "".join(shown)):
        assert not edges & set(range(marker.start() + 1, marker.end()))


def test_endless_digits_are_not_held_forever() -> None:
    citations = CitationFilter(2)
    shown = citations.feed("[" + "1, " * 100)
    assert len(shown) > 200


def test_numbers_of_a_marker() -> None:
    assert numbers_in("1, 3-5; 3") == [1, 3, 4, 5]
