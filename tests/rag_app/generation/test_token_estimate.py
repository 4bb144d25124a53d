from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_app.generation.token_estimate import cut, estimated_tokens

SENTENCE = "The daily allowance abroad is 45 euros."


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("The", 1),
        ("allowance", 3),  # nine letters, four a token
        ("NTP", 2),  # two a token
        ("2026-03-02", 10),
        ("a\n\nb", 3),
        ("да", 2),  # two bytes each
        ("假期", 4),  # three bytes each
        (SENTENCE, 1 + 2 + 3 + 2 + 1 + 2 + 2 + 1),
    ],
)
def test_estimates_worked_out_by_hand(text: str, tokens: int) -> None:
    assert estimated_tokens(text) == tokens


def test_a_text_that_fits_stays_whole() -> None:
    assert cut(SENTENCE, estimated_tokens(SENTENCE)) == SENTENCE


def test_a_cut_ends_with_a_whole_word_and_an_ellipsis() -> None:
    assert cut(SENTENCE, 8) == "The daily allowance …"


def test_where_no_word_fits_nothing_is_left() -> None:
    assert cut(SENTENCE, 0) == ""


@given(st.text(max_size=200), st.integers(0, 60))
def test_a_cut_never_costs_more_than_its_bound(text: str, tokens: int) -> None:
    shortened = cut(text, tokens)
    assert estimated_tokens(shortened) <= tokens
    assert shortened == text or text.startswith(shortened.removesuffix(" …"))
