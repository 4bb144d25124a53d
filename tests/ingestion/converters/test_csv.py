from __future__ import annotations

import pytest

from ingestion.converters.csv import convert


def texts(content: str, encoding: str = "utf-8") -> list[str]:
    return [block.text for block in convert(content.encode(encoding), "a.csv").blocks]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_lines(delimiter: str) -> None:
    lines = ("Name,City,Since", "Ann,Graz,2020", "Bob,Linz,2021")
    assert texts("\n".join(line.replace(",", delimiter) for line in lines)) == [
        "Name: Ann | City: Graz | Since: 2020\nName: Bob | City: Linz | Since: 2021"
    ]


def test_a_delimiter_in_quotes_or_in_numbers_is_none() -> None:
    assert texts('Name;Price\n"Pen; blue";1,50\nInk;2,75\n') == [
        "Name: Pen; blue | Price: 1,50\nName: Ink | Price: 2,75"
    ]


def test_a_named_delimiter_and_line_breaks_in_cells() -> None:
    assert texts('sep=;\nName;Note\nAnn;"first\nsecond"\n') == ["Name: Ann | Note: first second"]


def test_an_unclosed_quote_loses_nothing() -> None:
    long = "x" * 200_000
    assert texts(f'Name,Note\nAnn,"never closed {long}') == [f"Name: Ann | Note: never closed {long}"]


def test_any_encoding() -> None:
    assert texts("Name,Straße\nJörg,Höhenweg\n", "utf-16") == ["Name: Jörg | Straße: Höhenweg"]
