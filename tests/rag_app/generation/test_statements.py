from __future__ import annotations

import pytest

from rag_app.generation.statements import MAX_CHARACTERS, statements
from tests.rag_app.generation.passages import a_passage

TABLE = "Card | Monthly limit\nTraveller | 2,500 GBP\nLaboratory | 1,500 GBP"


def texts(text: str, title: str = "Handbook", headings: tuple[str, ...] = ("Limits",)) -> list[str]:
    return [statement.text for statement in statements(a_passage(text, title, headings).chunk)]


def test_sentences_stand_alone() -> None:
    assert texts("Passwords expire. Keep them secret.") == ["Passwords expire.", "Keep them secret."]


def test_a_sentence_that_speaks_of_the_one_before_brings_it_along() -> None:
    assert texts("Gold partners may open it. They also lead repairs.") == [
        "Gold partners may open it.",
        "Gold partners may open it. They also lead repairs.",
    ]


def test_headings_are_context_and_never_an_answer() -> None:
    assert texts("Limits\n\nTravellers spend 40 GBP a day.") == ["Travellers spend 40 GBP a day."]
    assert texts("Limits\n\nHandbook") == []


def test_a_heading_inside_a_passage_of_small_sections_is_the_context_of_its_own_section() -> None:
    text = "Lost cards\n\nBlock it at once.\n\nNew cards\n\n- apply at the desk\n\n8 days"
    assert texts(text) == ["Block it at once.", "New cards: apply at the desk", "New cards: 8 days"]


def test_fragments_in_a_row_are_statements() -> None:
    assert texts("Weak meters\n\nStrong loggers") == ["Limits: Weak meters", "Limits: Strong loggers"]


def test_a_list_item_brings_its_lead_in() -> None:
    text = "A card is for:\n\n- travellers, 20 days\n  or more\n- buyers\n\nOrders end at noon."
    assert texts(text) == [
        "A card is for: travellers, 20 days or more",
        "A card is for: buyers",
        "Orders end at noon.",
    ]


def test_a_lead_in_may_stand_in_the_same_block() -> None:
    assert texts("You choose:\n1. a code\n2. a key") == ["You choose: a code", "You choose: a key"]


def test_a_list_item_without_lead_in_brings_its_heading() -> None:
    assert texts("- at most 40 GBP") == ["Limits: at most 40 GBP"]
    assert texts("- at most 40 GBP", headings=()) == ["Handbook: at most 40 GBP"]


def test_a_fragment_brings_its_heading() -> None:
    assert texts("40 GBP a day") == ["Limits: 40 GBP a day"]


def test_a_table_row_brings_the_names_of_its_columns() -> None:
    assert texts(TABLE) == [
        "Limits – Card: Traveller; Monthly limit: 2,500 GBP",
        "Limits – Card: Laboratory; Monthly limit: 1,500 GBP",
    ]


def test_the_rule_and_outer_bars_of_a_markdown_table_are_no_cells() -> None:
    assert texts("| Card | Limit |\n|:---|---:|\n| Event | 15 GBP |") == [
        "Limits – Card: Event; Limit: 15 GBP"
    ]


@pytest.mark.parametrize(
    "text",
    ["Traveller | 2,500 GBP\nLaboratory | 1,500 GBP", "Keys | desk 2\nBadges | desk 3", "Only | one row"],
)
def test_a_row_is_shown_as_it_is_where_the_header_was_cut_away(text: str) -> None:
    assert texts(text) == [f"Limits – {line}" for line in text.splitlines()]


def test_after_other_text_a_table_is_whole_so_its_first_row_is_the_header() -> None:
    assert texts("The desks.\n\nWhat | Where\nKeys | desk")[1:] == ["Limits – What: Keys; Where: desk"]


def test_a_row_of_another_length_is_shown_as_it_is() -> None:
    assert texts("Card | Limit\nEvent | 15 GBP | 2026")[0] == "Limits – Event | 15 GBP | 2026"


def test_a_bracketed_number_of_the_document_cannot_pass_for_a_citation() -> None:
    assert texts("As shown in [2] it holds.") == ["As shown in (2) it holds."]


def test_a_statement_is_one_line_of_bounded_length() -> None:
    (only,) = texts("word " * 500 + ".")
    assert len(only) <= MAX_CHARACTERS + 2
    assert only.endswith("word …")
    assert texts("A line\nthat goes on.") == ["A line that goes on."]


def test_signs_alone_are_no_statement() -> None:
    assert texts("* * *\n\n---\n\n…") == []
