"""Workbooks as another library writes them, and by hand where it does not go."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter

from ingestion.converters.failure import ConversionFailed
from ingestion.converters.xlsx import convert
from ingestion.converters.xlsx_numbers import EPOCH_1904, is_date_format, shown_number
from ingestion.document import Block
from tests.ingestion.converters.files import archive

MADE, SINCE = datetime(2026, 1, 2), datetime(2026, 3, 4)  # noqa: DTZ001 - sheets know no zones
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def book(fill: Callable[[Any], None]) -> bytes:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target)
    fill(made)
    made.close()
    return target.getvalue()


def by_hand(sheet: str) -> bytes:
    relation = f"<Relationships><Relationship Id='r1' Type='{OFFICE}/%s' Target='%s'/></Relationships>"
    return archive(
        {
            "_rels/.rels": (relation % ("officeDocument", "xl/workbook.xml")).encode(),
            "xl/workbook.xml": f"<workbook xmlns='{SHEET}' xmlns:r='{OFFICE}'><sheets>"
            "<sheet name='Sheet1' r:id='r1'/></sheets></workbook>".encode(),
            "xl/_rels/workbook.xml.rels": (relation % ("worksheet", "worksheets/sheet1.xml")).encode(),
            "xl/worksheets/sheet1.xml": f"<worksheet xmlns='{SHEET}'>{sheet}</worksheet>".encode(),
        }
    )


def test_sheets_headers_dates_formulas_and_properties() -> None:
    def fill(made: Any) -> None:
        made.set_properties({"title": "Price list", "author": "Ann", "created": MADE})
        day = made.add_format({"num_format": "dd.mm.yyyy"})
        share = made.add_format({"num_format": "0.0%"})
        first, second, hidden = (made.add_worksheet(name) for name in ("Prices", "Offices", "Secret"))
        first.write_row(0, 0, ["Plan", "Since", "Discount", "Total", "Active"])
        first.write(1, 0, "Basic")
        first.write_datetime(1, 1, SINCE, day)
        first.write(1, 2, 0.125, share)
        first.write_formula(1, 3, "=2*5", None, 10)
        first.write(1, 4, True)
        second.write_row(0, 0, ["City", "Desks"])
        second.merge_range("A2:A3", "Graz")
        second.write(1, 1, 5)
        second.write(2, 1, 7)
        hidden.write(0, 0, "hidden")
        hidden.hide()

    found = convert(book(fill), "prices.xlsx")
    assert found.blocks == (
        Block("heading", "Prices", level=1),
        Block("table", "Plan: Basic | Since: 2026-03-04 | Discount: 12.5% | Total: 10 | Active: TRUE"),
        Block("heading", "Offices", level=1),
        Block("table", "City: Graz | Desks: 5\nCity: Graz | Desks: 7"),
    )
    assert (found.title, found.author) == ("Price list", "Ann")
    assert found.created is not None


def test_text_boxes_are_read() -> None:
    def fill(made: Any) -> None:
        made.add_worksheet().insert_textbox(0, 0, "Beware of the gap.")

    assert [block.text for block in convert(book(fill), "a.xlsx").blocks] == ["Beware of the gap."]


@pytest.mark.parametrize(
    ("value", "number", "code", "shown"),
    [
        ("46085", 14, "", "2026-03-04"),
        ("46085.75", 22, "", "2026-03-04 18:00"),
        ("0.5", 20, "", "12:00"),
        ("59", 14, "", "1900-02-28"),
        ("61", 14, "", "1900-03-01"),
        ("0.30000000000000004", 0, "", "0.3"),
        ("1E+20", 0, "", "100000000000000000000"),
        ("1E+300", 0, "", "1e+300"),
        ("0.5", 9, "", "50%"),
        ("5", 164, '0 "days"', "5"),
        ("text", 0, "", "text"),
        ("99999999", 14, "", "99999999"),
    ],
)
def test_numbers_are_shown_as_people_see_them(value: str, number: int, code: str, shown: str) -> None:
    assert shown_number(value, number, code) == shown


def test_the_other_calendar_and_formats_with_letters() -> None:
    assert shown_number("44623", 14, "", EPOCH_1904) == "2026-03-04"
    assert is_date_format(164, "[$-407]d. mmmm yyyy")
    assert not is_date_format(164, '[Red]0.00 "days"')
    assert not is_date_format(164, "General")


def test_a_cell_far_out_costs_nothing() -> None:
    sheet = (
        "<sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>near</t></is></c></row>"
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c><c><f>A1*2</f></c></row></sheetData>"
    )
    assert [block.text for block in convert(by_hand(sheet), "a.xlsx").blocks] == ["near", "1 | =A1*2"]


def test_a_package_without_a_workbook_or_with_a_cut_sheet_is_damaged() -> None:
    for content in (archive({"[Content_Types].xml": b"x"}), by_hand("<sheetData><row>")):
        with pytest.raises(ConversionFailed, match="damaged") as caught:
            convert(content, "a.xlsx")
        assert caught.value.reason == "corrupt"
