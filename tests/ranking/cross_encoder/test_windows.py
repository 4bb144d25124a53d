from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ranking.cross_encoder.windows import shortened, spans, windows


@pytest.mark.parametrize(
    ("length", "size", "overlap", "expected"),
    [
        (0, 10, 4, [(0, 0)]),
        (10, 10, 4, [(0, 10)]),
        (11, 10, 4, [(0, 10), (1, 11)]),
        (22, 10, 4, [(0, 10), (6, 16), (12, 22)]),
        (23, 10, 4, [(0, 10), (6, 16), (12, 22), (13, 23)]),
        (12, 4, 64, [(0, 4), (2, 6), (4, 8), (6, 10), (8, 12)]),  # at most half of it overlaps
        (3, 1, 64, [(0, 1), (1, 2), (2, 3)]),
    ],
)
def test_windows_by_hand(length: int, size: int, overlap: int, expected: list[tuple[int, int]]) -> None:
    assert spans(length, size, overlap) == expected


@given(some.integers(0, 500), some.integers(1, 60), some.integers(0, 80))
def test_windows_cover_everything_and_are_full(length: int, size: int, overlap: int) -> None:
    found = spans(length, size, overlap)
    assert (found[0][0], found[-1][1]) == (0, length)
    assert all(end - start == min(size, length) for start, end in found)
    assert all(one[0] < other[0] <= one[1] for one, other in pairwise(found))


def test_a_text_is_cut_at_its_tokens() -> None:
    text = "one two three four"
    offsets = [(0, 3), (4, 7), (8, 13), (14, 18)]
    assert windows(text, offsets, 4) == [text]
    assert windows(text, offsets, 2, overlap=1) == ["one two", "two three", "three four"]


def test_white_space_around_a_text_that_fits_stays() -> None:
    assert windows("  one ", [(2, 5)], 1) == ["  one "]


def test_a_question_is_cut_after_its_last_token() -> None:
    offsets = [(0, 3), (4, 7), (8, 13)]
    assert shortened("one two three", offsets, 3) == "one two three"
    assert shortened("one two three", offsets, 2) == "one two"
