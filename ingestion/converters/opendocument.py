"""OpenDocument texts, sheets and presentations (.odt, .ods, .odp), as LibreOffice writes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.metadata import file_title, parse_date
from ingestion.converters.opendocument_sheets import sheet_rows
from ingestion.converters.package import Package
from ingestion.converters.rendering import item_text, one_line, table_text, tidy
from ingestion.converters.rows import bounded, row_blocks, under_sheet
from ingestion.converters.xml_tree import attribute, local
from ingestion.document import Block

CONTENT, META, MANIFEST = "content.xml", "meta.xml", "META-INF/manifest.xml"
SKIPPED = frozenset(
    (
        *("tracked-changes", "annotation", "annotation-end", "sequence-decls", "forms", "scripts", "note"),
        *("bookmark-start", "bookmark-end", "table-of-content", "alphabetical-index", "illustration-index"),
        *("desc", "title", "object", "object-ole", "binary-data", "header", "footer", "date-time-decl"),
    )
)
CHARACTERS = {"tab": " ", "line-break": "\n", "s": " "}
SLIDE_LEVEL = 2
MAX_LEVEL = 6


def convert(content: bytes, name: str) -> Converted:
    """Footnotes follow their paragraph; comments, deleted text and tables of contents are left out."""
    package = Package(content, name)
    manifest = package.xml(MANIFEST, recover=True)
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise ConversionFailed("encrypted", f"{name} is encrypted.")
    root = package.xml(CONTENT)
    body = None if root is None else root.find("{*}body")
    if body is None:
        raise ConversionFailed("corrupt", f"{name} is a damaged office file: it has no content.")
    meta = _meta(package)
    is_sheet = body.find("{*}spreadsheet") is not None
    return Converted(
        blocks=tuple(block for part in body for block in _document(part, name)),
        title=meta.get("title") or (file_title(name) if is_sheet else None),
        created=parse_date(meta.get("creation-date")),
        modified=parse_date(meta.get("date")),
        author=meta.get("initial-creator") or meta.get("creator"),
        language=meta.get("language"),
    )


def _meta(package: Package) -> dict[str, str]:
    root = package.xml(META, recover=True)
    items = () if root is None else (item for part in root for item in part)
    return {local(item): item.text for item in items if item.text}


def _document(part: Any, name: str) -> Iterator[Block]:
    if local(part) == "spreadsheet":
        for sheet in part.iterfind("{*}table"):
            yield from _sheet(sheet, name)
    elif local(part) == "presentation":
        for number, page in enumerate(part.iterfind("{*}page"), 1):
            yield from _slide(page, number)
    else:
        yield from _blocks(part)


def _sheet(sheet: Any, name: str) -> Iterator[Block]:
    blocks = list(row_blocks(bounded(sheet_rows(sheet, _text), name)))
    title = one_line(attribute(sheet, "name") or "")
    yield from under_sheet(title, blocks)


def _slide(page: Any, number: int) -> Iterator[Block]:
    for shape in page:
        is_title = attribute(shape, "class") == "title"
        if is_title and (text := one_line(" ".join(_text(p) for p in shape.iter("{*}p")))):
            yield Block("heading", text, level=1 if number == 1 else SLIDE_LEVEL, page=number)
        elif not is_title:
            for block in _blocks((shape,)):
                yield Block(block.kind, block.text, block.level, number)


def _blocks(container: Any) -> Iterator[Block]:
    for element in container:
        tag = local(element)
        if tag == "h":
            level = attribute(element, "outline-level") or "1"
            text = one_line(_text(element))
            if text:
                yield Block("heading", text, level=min(int(level) if level.isdecimal() else 1, MAX_LEVEL))
        elif tag == "p":
            yield from _paragraph(element)
        elif tag == "list":
            text = "\n".join(_items(element, 0))
            if text:
                yield Block("list", text)
        elif tag == "table":
            yield from _table(element)
        elif tag not in SKIPPED:
            yield from _blocks(element)


def _paragraph(element: Any) -> Iterator[Block]:
    text = tidy(_text(element))
    if text:
        yield Block("paragraph", text)
    for frame in element.iter("{*}text-box"):
        yield from _blocks(frame)
    for note in element.iter("{*}note-body"):
        yield from _blocks(note)


def _items(listed: Any, depth: int) -> Iterator[str]:
    for item in listed:
        if local(item) not in ("list-item", "list-header"):
            continue
        text = tidy("\n".join(_text(part) for part in item if local(part) in ("p", "h")))
        if text:
            yield item_text(text, depth)
        for part in item:
            if local(part) == "list":
                yield from _items(part, depth + 1)


def _table(table: Any) -> Iterator[Block]:
    rows = [
        [
            "\n".join(_text(p) for p in cell.iter("{*}p", "{*}h"))
            for cell in row
            if local(cell) == "table-cell"
        ]
        for row in table.iter("{*}table-row")
    ]
    text = table_text(rows)
    if text:
        yield Block("table", text)


def _text(element: Any) -> str:
    return "".join(_pieces(element))


def _pieces(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        tag = local(child)
        if tag in CHARACTERS:
            yield CHARACTERS[tag]
        elif tag not in SKIPPED and tag != "text-box":
            yield from _pieces(child)
        yield child.tail or ""
