from __future__ import annotations

import pytest

from ingestion.converters import rows
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.rows import bounded, dense, row_blocks, under_sheet
from ingestion.document import Block


def blocks(*lines: str) -> list[tuple[str, str]]:
    """Blocks of rows whose cells are parted by commas."""
    found = row_blocks([dense(line.split(",")) for line in lines])
    return [(block.kind, block.text) for block in found]


def test_every_row_names_its_columns() -> None:
    assert blocks("Plan,Seats,Price", "Basic,5,10 EUR", "Team,,45 EUR") == [
        ("table", "Plan: Basic | Seats: 5 | Price: 10 EUR\nPlan: Team | Price: 45 EUR")
    ]


def test_lines_above_a_header_are_paragraphs() -> None:
    assert blocks("Prices of 2026", "Plan,Price", "Basic,10") == [
        ("paragraph", "Prices of 2026"),
        ("table", "Plan: Basic | Price: 10"),
    ]


def test_years_are_names_of_columns_beside_words() -> None:
    assert blocks("Region,2024,2025", "Graz,5,7") == [("table", "Region: Graz | 2024: 5 | 2025: 7")]
    assert blocks("2024,2025", "5,7") == [("table", "2024 | 2025\n5 | 7")]


def test_a_table_without_names_shows_its_cells() -> None:
    assert blocks("1,2", "3,4") == [("table", "1 | 2\n3 | 4")]
    assert blocks("a,a", "b,c") == [("table", "a | a\nb | c")]


def test_a_form_is_no_table_with_a_header() -> None:
    assert blocks("Customer:,Acme", "Since:,2020") == [("table", "Customer: | Acme\nSince: | 2020")]
    assert blocks("Customer,Acme", "Since,2020", "City,Graz") == [
        ("table", "Customer | Acme\nSince | 2020\nCity | Graz")
    ]


def test_an_empty_row_parts_tables_and_a_second_header_counts() -> None:
    assert blocks("Name,Age", "Ann,5", "", "Bob,6", "", "Item,Price", "Pen,2") == [
        ("table", "Name: Ann | Age: 5"),
        ("table", "Name: Bob | Age: 6"),
        ("table", "Item: Pen | Price: 2"),
    ]


def test_a_sheet_is_named_unless_its_program_named_it() -> None:
    found = [Block("table", "x")]
    assert under_sheet("Prices", found)[0] == Block("heading", "Prices", level=1)
    assert under_sheet("Tabelle1", found) == found
    assert under_sheet("Prices", []) == []


def test_cells_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_CELLS", 3)
    assert len(list(bounded([{0: "a", 1: "b"}, {0: "c"}], "a.csv"))) == 2
    with pytest.raises(ConversionFailed, match=r"a\.csv has more than 3 filled cells") as caught:
        list(bounded([{0: "a", 1: "b"}, {0: "c", 1: "d"}], "a.csv"))
    assert caught.value.reason == "too large"
