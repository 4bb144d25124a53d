from __future__ import annotations

import pytest

from storage.errors import InvalidInput
from storage.glossary import MAX_PHRASES, parse_glossary


def test_groups_phrases_and_comments() -> None:
    text = (
        "\ufeff# finance\r\nmargin call =  collateral   top-up=MC\r\n\r\n # people\nPTO = paid time off = pto"
    )
    assert parse_glossary(text) == (("margin call", "collateral top-up", "MC"), ("PTO", "paid time off"))
    assert parse_glossary("") == parse_glossary("\n# nothing\n") == ()


def test_groups_that_share_a_phrase_stay_apart() -> None:
    assert parse_glossary("a1 = b1\nb1 = a1\nPTO = patent office") == (
        ("a1", "b1"),
        ("b1", "a1"),
        ("PTO", "patent office"),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a1 = b1\nmargin call", r"Line 2 of the glossary, 'margin call', names one phrase"),
        ("MC = mc", r"Line 1.*names one phrase"),
        ("# fine\n\nmargin call =", r"Line 3 of the glossary has '' where a phrase belongs"),
        ("= b", r"Line 1.*has ''"),
        ("a1 == b", r"Line 1.*has ''"),
        ("a1 = ?!", r"Line 1.*has '\?!'"),
        ("a1 = b\0c", r"Line 1.*has 'b\\x00c'"),
        ("a1 = " + "x" * 101, r"Line 1.*phrase of 101 characters, 'x{60}\.\.\.'"),
        ("it = information technology", r"Line 1.*has 'it'.*in capitals \(IT\)"),
        ("to be = exist", r"Line 1.*has 'to be'"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        parse_glossary(text)


def test_an_acronym_in_capitals_may_be_a_stop_word() -> None:
    assert parse_glossary("IT = information technology") == (("IT", "information technology"),)


def test_too_many_phrases_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"5,002 phrases; at most 5,000"):
        parse_glossary("\n".join(f"a{n} = b{n}" for n in range(MAX_PHRASES // 2 + 1)))
