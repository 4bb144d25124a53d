"""XML of any kind: a record of leaf elements is a line, "name: value | name: value"; else paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingestion.converters import text as plain
from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.html_blocks import html_blocks
from ingestion.converters.metadata import parse_date
from ingestion.converters.rendering import CELL_SEPARATOR, one_line, tidy
from ingestion.converters.xml_tree import local, parse_xml
from ingestion.document import Block

# A longer text is a paragraph of its own.
MAX_VALUE = 300
SKIPPED_ATTRIBUTES = frozenset(("id", "ref", "class", "style", "schemaLocation", "noNamespaceSchemaLocation"))
SKIPPED = frozenset(("style", "script", "binData", "binaryData"))


def convert(content: bytes, name: str) -> Converted:
    """What is no well-formed XML is read as far as it can be, else as text."""
    try:
        root = parse_xml(content, name, recover=True)
    except ConversionFailed as failure:
        if "damaged XML" not in failure.what:
            raise
        return plain.convert(content, name)
    if local(root) == "html":
        return Converted(blocks=html_blocks(root))
    return Converted(
        blocks=tuple(_joined(_blocks(root))),
        title=_child(root, "title"),
        created=parse_date(_child(root, "created") or _child(root, "date") or _child(root, "published")),
        modified=parse_date(_child(root, "modified") or _child(root, "updated")),
        author=_child(root, "author") or _child(root, "creator"),
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )


def _child(root: Any, name: str) -> str | None:
    """The text of a child or grandchild of that name."""
    found = root.find(f"{{*}}{name}")
    if found is None:
        found = root.find(f"*/{{*}}{name}")
    return None if found is None else one_line("".join(found.itertext())) or None


def _blocks(element: Any) -> Iterator[Block]:
    if local(element) in SKIPPED:
        return
    children = [child for child in element if local(child)]
    if _is_running_text(children):
        yield from _paragraph(tidy("".join(element.itertext())))
        return
    if all(len(child) == 0 for child in children):
        yield from _record(element, children)
        return
    own = _attributes(element)
    if own:
        yield Block("table", own)
    yield from _paragraph(tidy(element.text or ""))
    for child in children:
        yield from _blocks(child) if len(child) else _leaf(child)


def _is_running_text(children: list[Any]) -> bool:
    """Words beside elements: a paragraph with marked words in it."""
    return bool(children) and any((child.tail or "").strip() for child in children)


def _paragraph(text: str) -> Iterator[Block]:
    if text:
        yield Block("paragraph", text)


def _record(element: Any, leaves: list[Any]) -> Iterator[Block]:
    short = [_field(leaf) for leaf in leaves if len(leaf.text or "") <= MAX_VALUE]
    line = CELL_SEPARATOR.join(part for part in (_attributes(element), *short) if part)
    if line:
        yield Block("table", line)
    yield from _paragraph(tidy(element.text or ""))
    for leaf in leaves:
        if len(leaf.text or "") > MAX_VALUE:
            yield from _leaf(leaf)


def _leaf(leaf: Any) -> Iterator[Block]:
    text = leaf.text or ""
    if len(text) > MAX_VALUE or " " in text.strip():
        yield from _paragraph(tidy(text))
        return
    field = _field(leaf)
    if field:
        yield Block("table", field)


def _field(leaf: Any) -> str:
    text, attributes = one_line(leaf.text or ""), _attributes(leaf)
    named = f"{local(leaf)}: {text}" if text else ""
    return CELL_SEPARATOR.join(part for part in (named, attributes) if part)


def _attributes(element: Any) -> str:
    pairs = ((key.rpartition("}")[2], one_line(value)) for key, value in element.attrib.items())
    return CELL_SEPARATOR.join(
        f"{key}: {value}" for key, value in pairs if value and key not in SKIPPED_ATTRIBUTES
    )


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    """Records that follow each other are one table."""
    lines: list[str] = []
    for block in blocks:
        if block.kind == "table":
            lines.append(block.text)
            continue
        if lines:
            yield Block("table", "\n".join(lines))
            lines = []
        yield block
    if lines:
        yield Block("table", "\n".join(lines))
