from __future__ import annotations

from ingestion.converters.pdf_fragments import Fragment
from ingestion.converters.pdf_lines import Row, lines_and_rows


def fragment(text: str, left: float, baseline: float, right: float | None = None) -> Fragment:
    return Fragment(text, 1, left, right or left + 5 * len(text), baseline, 10, False, 0, 800)


def read(*fragments: Fragment) -> list[str | list[str]]:
    return [unit.texts if isinstance(unit, Row) else unit.text for unit in lines_and_rows(list(fragments))]


def test_cells_side_by_side_are_a_row_though_they_run_over_lines() -> None:
    found = read(
        *(fragment("Number", 72, 700), fragment("of bags", 72, 688), fragment("Weight", 200, 700)),
        *(fragment("2", 72, 670), fragment("10 kg", 200, 670), fragment("each", 200, 658)),
    )
    assert found == [["Number of bags", "Weight"], ["2", "10 kg each"]]


def test_a_paragraph_right_above_a_table_is_not_its_cell() -> None:
    found = read(
        *(fragment("A long line of text above the table", 72, 712), fragment("Class", 72, 700)),
        fragment("Limit", 150, 700),
    )
    assert found == ["A long line of text above the table", ["Class", "Limit"]]


def test_a_marker_and_its_text_are_one_line() -> None:
    assert read(fragment("•", 72, 700), fragment("item", 90, 700)) == ["• item"]
    assert read(fragment("1.", 72, 700), fragment("item", 95, 700)) == ["1. item"]


def test_the_next_column_of_a_page_is_no_cell() -> None:
    left = [fragment("left column", 72, 700 - 12 * number) for number in range(20)]
    right = [fragment("right column", 320, 700 - 12 * number) for number in range(20)]
    assert read(*left, *right) == ["left column"] * 20 + ["right column"] * 20
