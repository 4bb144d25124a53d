from __future__ import annotations

import pytest

from ingestion.converters.pdf_fragments import Fragment
from ingestion.converters.pdf_furniture import without_furniture


def line(text: str, page: int, baseline: float) -> Fragment:
    return Fragment(text, page, 72, 200, baseline, 10, False, 0, 800)


def kept(*lines: Fragment) -> list[str]:
    count = max(one.page for one in lines)
    pages = [[one for one in lines if one.page == number] for number in range(1, count + 1)]
    return [one.text for page in without_furniture(pages) for one in page]


def test_a_line_on_half_of_the_pages_is_furniture_at_the_edge_only() -> None:
    edge = [line("Acme internal", number, 780) for number in (1, 2)]
    middle = [line("The same sentence", number, 400) for number in (1, 2, 3)]
    assert kept(*edge, *middle) == ["The same sentence"] * 3


def test_numbers_that_count_the_pages_are_no_difference() -> None:
    assert kept(*(line(f"Manual | {number + 10}", number, 30) for number in (1, 2, 3))) == []
    assert len(kept(*(line(f"Room {number * 7}", number, 30) for number in (1, 2, 3)))) == 3


@pytest.mark.parametrize("text", ["1", "- 1 -", "Page 1 of 2", "Seite 1", "iv", "1/2"])
def test_a_page_number_needs_no_repetition(text: str) -> None:
    assert kept(line(text, 1, 30), line("Text", 1, 400)) == ["Text"]


def test_one_page_has_no_other_furniture() -> None:
    assert kept(line("Letterhead", 1, 790)) == ["Letterhead"]
