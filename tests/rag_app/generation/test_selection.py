from __future__ import annotations

from datetime import date

import pytest

from rag_app.generation.selection import Quotation, about_another, chosen, disagree_by_date, likely, repeats
from rag_app.generation.statements import Statement


def a_quotation(text: str, number: int = 1, dated: date | None = None, document: str = "") -> Quotation:
    terms = frozenset(text.casefold().strip(".").split())
    return Quotation(number, document or f"{number}.md", "Title", dated, Statement(text, text), terms)


A, B, C, D = (a_quotation(text) for text in ("Alpha holds.", "Beta is so.", "Gamma goes.", "Delta ends."))


def test_the_best_come_first_and_at_most_so_many() -> None:
    assert chosen([A, B, C, D], [7.0, 8.0, 7.5, 6.9], limit=3) == [B, C, A]


def test_what_scores_far_below_the_best_is_left_out() -> None:
    assert chosen([A, B], [8.0, 5.9], limit=3) == [A]
    assert chosen([A, B], [8.0, 6.1], limit=3) == [A, B]


def test_the_best_is_shown_however_low_it_scores() -> None:
    assert chosen([A], [-9.0], limit=3) == [A]
    assert chosen([], [], limit=3) == []


def test_a_better_passage_wins_where_sentences_score_alike() -> None:
    first, fifth = a_quotation("Alpha holds.", 1), a_quotation("Beta is so.", 5)
    # ln(5) / 2 = 0.80 is what the fifth rank costs.
    assert chosen([fifth, first], [8.0, 7.5], limit=1) == [first]
    assert chosen([fifth, first], [8.0, 7.1], limit=1) == [fifth]


def test_nothing_is_said_twice() -> None:
    again = a_quotation("Alpha holds.", 2)
    assert chosen([A, again, B], [8.0, 8.0, 7.9], limit=3) == [A, B]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Leave is 27 days.", "Leave is 27 days.", True),
        ("Leave is 27 days.", "Leave is 27 days. It grows.", True),
        ("Ask your lead.", "Ask your team lead.", True),
        ("The allowance is 46 GBP.", "The allowance is 38 GBP.", False),
        ("Passwords expire.", "Passwords never expire.", False),
        ("Report a theft to security at once.", "Order a laptop from the service desk.", False),
    ],
)
def test_repetition_and_contradiction_are_told_apart(one: str, other: str, same: bool) -> None:
    assert repeats(a_quotation(one), a_quotation(other)) is same
    assert repeats(a_quotation(other), a_quotation(one)) is same


NEW, OLD = date(2026, 3, 2), date(2024, 4, 11)


@pytest.mark.parametrize(
    ("one", "other", "disagree"),
    [
        (a_quotation("allowance is 46 GBP", 1, NEW), a_quotation("allowance is 38 GBP", 2, OLD), True),
        (a_quotation("allowance is 46 GBP", 1, NEW), a_quotation("allowance is 38 GBP", 2, NEW), False),
        (a_quotation("allowance is 46 GBP", 1, NEW), a_quotation("allowance is 38 GBP", 2, None), False),
        (a_quotation("allowance is 46", 1, NEW, "a"), a_quotation("allowance is 38", 2, OLD, "a"), False),
        (a_quotation("allowance is 46 GBP", 1, NEW), a_quotation("receipts go to finance", 2, OLD), False),
    ],
)
def test_documents_disagree_on_one_matter_at_two_dates(
    one: Quotation, other: Quotation, disagree: bool
) -> None:
    assert disagree_by_date(one, other) is disagree
    assert disagree_by_date(other, one) is disagree


def test_few_quotations_are_all_likely() -> None:
    assert likely([A, B], frozenset(["beta"]), limit=2) == [A, B]


def test_of_many_those_stay_that_hold_the_questions_rare_words() -> None:
    common = [a_quotation(f"rule number {n}", 2) for n in range(10)]
    rare = a_quotation("rule of parking", 3)
    best = a_quotation("rule one", 1)
    assert likely([*common, rare, best], frozenset(["rule", "parking"]), limit=2) == [rare, best]


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("err-1043 means an empty battery", True),
        ("err-1042 means a wrong clock", False),
        ("err-1042 and err-1043 are alike", False),
        ("replace the cr1632 cell", False),
        ("keep it for 14 days", False),
    ],
)
def test_a_statement_about_another_identifier_of_the_same_form_is_left_out(text: str, left_out: bool) -> None:
    asked = frozenset({"what", "does", "err-1042", "mean", "in", "7"})

    assert about_another(a_quotation(text), asked) is left_out
