from __future__ import annotations

import pytest

from storage.encoding.synonyms import Expansion, Synonyms
from storage.encoding.terms import TermAnalyser
from storage.glossary import parse_glossary

TEXT = """
margin call = collateral top-up = MC
call = phone call
IT = information technology
PTO = paid time off
PTO = patent office
"""
ANALYSER = TermAnalyser()
FINANCE = Synonyms(parse_glossary(TEXT), ANALYSER, "en")
MARGIN_CALL = Expansion("margin call", ("collateral top-up", "MC"))
TOP_UP = Expansion("collateral top-up", ("margin call", "MC"))
MC = Expansion("MC", ("margin call", "collateral top-up"))
INFORMATION_TECHNOLOGY = Expansion("IT", ("information technology",))


@pytest.mark.parametrize(
    ("question", "expansions"),
    [
        ("When is a Margin Call due?", [MARGIN_CALL]),
        ("two margin calls in a week", [MARGIN_CALL]),
        ("margin-call", [MARGIN_CALL]),
        ("collateral top up or collateral top-ups", [TOP_UP]),
        ("who answers an mc", [MC]),
        ("the margin and the call", [Expansion("call", ("phone call",))]),
        ("margin call and a call", [MARGIN_CALL, Expansion("call", ("phone call",))]),
        ("a margin for calling", [Expansion("call", ("phone call",))]),
        ("marginal", []),
        ("who is in IT?", [INFORMATION_TECHNOLOGY]),
        ("who is in it?", []),
        ("WHO IS IN IT?", []),
        ("EDIT ITEMS with me", []),
        ("the information technology team", [Expansion("information technology", ("IT",))]),
        ("pto", [Expansion("PTO", ("paid time off",)), Expansion("PTO", ("patent office",))]),
        ("paid time off", [Expansion("paid time off", ("PTO",))]),
        ("", []),
    ],
)
def test_phrases_of_a_question_and_their_synonyms(question: str, expansions: list[Expansion]) -> None:
    assert FINANCE.expand(question) == expansions


def test_a_circle_of_groups_adds_what_stands_on_one_line_alone() -> None:
    circle = Synonyms(parse_glossary("alpha = beta\nbeta = gamma\ngamma = alpha"), ANALYSER, "en")
    assert circle.expand("alpha") == [Expansion("alpha", ("beta",)), Expansion("alpha", ("gamma",))]


def test_endings_are_those_of_the_language() -> None:
    german = Synonyms(parse_glossary("Vertrag = Kontrakt"), ANALYSER, "de")
    assert german.expand("Wer unterschreibt die Verträge?") == [Expansion("Vertrag", ("Kontrakt",))]


def test_a_long_question_is_read_to_its_end() -> None:
    assert FINANCE.expand("noise " * 10_000 + "margin call") == [MARGIN_CALL]
