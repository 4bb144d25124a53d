from __future__ import annotations

import pytest

from ingestion.tables import header_row


@pytest.mark.parametrize(
    ("table", "header"),
    [
        ("Plan | Price\nBasic | 10\nPlus | 25", "Plan | Price"),
        ("Name | Team | Office\nAda | Research | Bern", "Name | Team | Office"),
        ("Plan | Price", ""),  # nothing below
        ("Basic | 10\nPlus | 25", ""),  # a value in the first row
        ("Plan | Plan\nBasic | 10", ""),  # one name twice
        ("Plan: Basic | Price: 10 EUR\nPlan: Plus | Price: 25 EUR", ""),  # each row names its columns
        ("Prices\nBasic | 10", ""),  # a title
        ("Plan | Price | Seats\nsee below\nnot yet\nnone", ""),  # narrower rows
        ("", ""),
    ],
)
def test_the_header_is_a_row_of_labels_above_rows_as_wide(table: str, header: str) -> None:
    assert header_row(table) == header
