from __future__ import annotations

import csv
import io

import pytest

from rag_app.jobs.spreadsheet import csv_lines, harmless


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_what_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=1", "2026-01-01", "'=1", "ü"])
def test_all_else_stays(cell: str) -> None:
    assert harmless(cell) == cell


def test_many_rows_come_in_a_few_pieces_and_are_read_back() -> None:
    rows = [[str(number), 'a "quoted", one', "two\nlines"] for number in range(450)]

    pieces = list(csv_lines(rows))

    assert len(pieces) == 3
    assert list(csv.reader(io.StringIO("".join(pieces), newline=""))) == rows
