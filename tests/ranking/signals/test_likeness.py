from __future__ import annotations

import numpy as np
import pytest

from ranking.signals.likeness import shares, shingles


def test_a_text_is_its_distinct_words_and_word_triples_without_case() -> None:
    found = shingles("The cat and the cat AND the cat")
    assert found.length == 8
    assert len(found.words) == 3  # the, cat, and
    assert len(found.triples) == 3  # the cat and, cat and the, and the cat


def test_a_text_of_two_words_has_no_triple() -> None:
    assert len(shingles("two words").triples) == 0


def test_shares_are_of_the_smaller_and_the_same_both_ways() -> None:
    texts = "one two three four", "three four five", "six"
    found = shares([shingles(text).words for text in texts])
    assert found == pytest.approx(np.array([[1, 2 / 3, 0], [2 / 3, 1, 0], [0, 0, 1]]))


def test_an_empty_text_shares_nothing() -> None:
    found = shares([shingles("").words, shingles("a word").words])
    assert found == pytest.approx(np.array([[0, 0], [0, 1]]))
    assert shares([]).shape == (0, 0)
