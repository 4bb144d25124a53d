"""Excel workbooks: each sheet a heading and its tables, each row with the names of its columns."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree

from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.metadata import file_title, parse_date
from ingestion.converters.package import Package
from ingestion.converters.rendering import one_line, tidy
from ingestion.converters.rows import Row, bounded, row_blocks, under_sheet
from ingestion.converters.xlsx_numbers import EPOCH_1900, EPOCH_1904, shown_number
from ingestion.converters.xml_tree import attribute, local
from ingestion.document import Block

REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d+)")
# A merged cell names all the rows it spans; a taller one is decoration.
MAX_MERGED_ROWS = 1000
HIDDEN = frozenset(("hidden", "veryHidden"))


def convert(content: bytes, name: str) -> Converted:
    """Formulas count by their stored results; hidden sheets, charts and comments are left out."""
    package = Package(content, name)
    book = _Workbook(package, name)
    blocks = tuple(book.blocks())
    core = _core(package)
    return Converted(
        blocks=blocks,
        title=core.get("title") or file_title(name),
        created=parse_date(core.get("created")),
        modified=parse_date(core.get("modified")),
        author=core.get("creator") or core.get("lastModifiedBy"),
        language=core.get("language"),
    )


class _Workbook:
    """What all sheets share: strings, number formats, the day that counting begins with."""

    def __init__(self, package: Package, name: str) -> None:
        self._package = package
        self._name = name
        main = next((r.target for r in package.relations("").values() if r.kind == "officeDocument"), "")
        self._root = package.xml(main)
        if self._root is None:
            raise ConversionFailed("corrupt", f"{name} is a damaged office file: it has no workbook.")
        self._relations = package.relations(main)
        self._strings = self._shared_strings()
        self._formats = self._number_formats()
        settings = self._root.find("{*}workbookPr")
        is_1904 = settings is not None and settings.get("date1904") in ("1", "true")
        self._epoch: datetime = EPOCH_1904 if is_1904 else EPOCH_1900

    def blocks(self) -> Iterator[Block]:
        sheets = [
            sheet for sheet in self._root.iterfind("{*}sheets/{*}sheet") if sheet.get("state") not in HIDDEN
        ]
        for sheet in sheets:
            relation = self._relations.get(attribute(sheet, "id") or "")
            if relation is None or relation.kind != "worksheet":
                continue
            found = list(self._sheet(relation.target))
            title = one_line(sheet.get("name", ""))
            yield from under_sheet(title, found)

    def _sheet(self, member: str) -> Iterator[Block]:
        content = self._package.read(member)
        if content is not None:
            yield from row_blocks(_filled(*self._rows(content, member)))
        for relation in self._package.relations(member).values():
            if relation.kind == "drawing":
                yield from self._drawn(relation.target)

    def _drawn(self, member: str) -> Iterator[Block]:
        """Text boxes, shapes and diagrams."""
        diagrams = (r.target for r in self._package.relations(member).values() if r.kind == "diagramData")
        for place in (member, *diagrams):
            drawing = self._package.xml(place)
            for body in () if drawing is None else drawing.iter("{*}txBody", "{*}t"):
                if local(body) == "txBody" or local(body.getparent()) == "pt":
                    text = tidy("\n".join(_rich_text(part) for part in body.iter("{*}p")))
                    if text:
                        yield Block("paragraph", text)

    def _rows(self, content: bytes, member: str) -> tuple[dict[int, Row], list[str]]:
        """Rows by number, and the ranges of merged cells."""
        merged: list[str] = []
        try:
            rows = dict(bounded_rows(self._parsed(content, merged), self._name))
        except etree.XMLSyntaxError as error:
            raise ConversionFailed("corrupt", f"{self._name} is damaged at {member}: {error}.") from error
        return rows, merged

    def _parsed(self, content: bytes, merged: list[str]) -> Iterator[tuple[int, Row]]:
        number = 0
        events = etree.iterparse(
            io.BytesIO(content),
            tag=("{*}row", "{*}mergeCell"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        )
        for _, element in events:
            if local(element) == "mergeCell":
                merged.append(element.get("ref", ""))
                continue
            stated = element.get("r", "")
            number = int(stated) if stated.isdecimal() and len(stated) < 9 else number + 1
            yield number, self._row(element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]

    def _row(self, row: Any) -> Row:
        cells: dict[int, str] = {}
        column = -1
        for cell in row:
            match = REFERENCE.fullmatch(cell.get("r", ""))
            column = _column(match.group(1)) if match else column + 1
            text = one_line(self._text(cell))
            if text:
                cells[column] = text
        return cells

    def _text(self, cell: Any) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(_rich_text(part) for part in cell if local(part) == "is")
        value = next((part.text or "" for part in cell if local(part) == "v"), "")
        if not value:
            formula = next((part.text or "" for part in cell if local(part) == "f"), "")
            return f"={formula}" if formula else ""
        if kind == "s":
            known = value.isdecimal() and int(value) < len(self._strings)
            return self._strings[int(value)] if known else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind in ("str", "e"):
            return value
        if kind == "d":
            return value.removesuffix("T00:00:00")
        style = cell.get("s", "0")
        number, code = self._formats.get(int(style) if style.isdecimal() else 0, (0, ""))
        return shown_number(value, number, code, self._epoch)

    def _shared_strings(self) -> list[str]:
        root = self._related("sharedStrings")
        return [] if root is None else [_rich_text(item) for item in root if local(item) == "si"]

    def _number_formats(self) -> dict[int, tuple[int, str]]:
        """Style of a cell -> number and code of its format."""
        root = self._related("styles")
        if root is None:
            return {}
        codes = {item.get("numFmtId"): item.get("formatCode", "") for item in root.iter("{*}numFmt")}
        styles = (item.get("numFmtId", "0") for item in root.iterfind("{*}cellXfs/{*}xf"))
        return {
            place: (int(number) if number.isdecimal() else 0, codes.get(number, ""))
            for place, number in enumerate(styles)
        }

    def _related(self, kind: str) -> Any:
        target = next((r.target for r in self._relations.values() if r.kind == kind), None)
        return None if target is None else self._package.xml(target)


def bounded_rows(rows: Iterator[tuple[int, Row]], name: str) -> Iterator[tuple[int, Row]]:
    numbers: list[int] = []

    def unnumbered() -> Iterator[Row]:
        for number, row in rows:
            numbers.append(number)
            yield row

    for row in bounded(unnumbered(), name):
        yield numbers.pop(), row


def _filled(rows: dict[int, Row], merged: list[str]) -> Iterator[Row]:
    """In order, an empty row for each gap; what is merged over several rows stands in each of them."""
    for area in merged:
        first, _, last = area.partition(":")
        start, end = REFERENCE.fullmatch(first), REFERENCE.fullmatch(last)
        if start and end and 0 < int(end.group(2)) - int(start.group(2)) < MAX_MERGED_ROWS:
            _fill_down(rows, _column(start.group(1)), int(start.group(2)), int(end.group(2)))
    previous = None
    for number in sorted(rows):
        if previous is not None and number > previous + 1:
            yield {}
        yield rows[number]
        previous = number


def _fill_down(rows: dict[int, Row], column: int, first: int, last: int) -> None:
    text = rows.get(first, {}).get(column)
    for number in range(first + 1, last + 1):
        row = rows.get(number)
        if text and row:  # a row that holds nothing else stays empty
            rows[number] = dict(sorted({**row, column: text}.items()))


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number - 1


def _rich_text(item: Any) -> str:
    """All runs; the pronunciation above East Asian words is none of it."""
    runs = (text for text in item.iter("{*}t") if local(text.getparent()) != "rPh")
    return "".join(text.text or "" for text in runs)


def _core(package: Package) -> dict[str, str]:
    member = next((r.target for r in package.relations("").values() if r.kind == "core-properties"), None)
    root = None if member is None else package.xml(member, recover=True)
    return {} if root is None else {local(item): item.text for item in root if item.text}
