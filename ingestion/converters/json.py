"""JSON and JSON lines: a record is a line, "key: value | key: value"; what is nested stands under its key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ingestion.converters import text as plain
from ingestion.converters.converted import Converted
from ingestion.converters.decoding import decode
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.metadata import file_title, parse_date
from ingestion.converters.rendering import CELL_SEPARATOR, one_line, tidy
from ingestion.document import Block

# A longer text is a paragraph of its own.
MAX_VALUE = 300
MAX_HEADING_LEVEL = 6
TITLE = ("title", "name", "subject", "headline")
CREATED = ("created", "created_at", "date", "published", "published_at")
MODIFIED = ("modified", "modified_at", "updated", "updated_at", "last_modified")


def convert(content: bytes, name: str) -> Converted:
    """What is no valid JSON is read as text; `corrupt` where it nests deeper than any program reads."""
    text = decode(content, name)
    try:
        value = _parsed(text)
    except RecursionError as error:
        raise ConversionFailed("corrupt", f"{name} nests its values too deep.") from error
    if value is None:
        return plain.convert(content, name)
    top = value if isinstance(value, dict) else {}
    return Converted(
        blocks=tuple(block for block in _blocks(value, 1) if block.text),
        title=_stated(top, TITLE) or file_title(name),
        created=parse_date(_stated(top, CREATED)),
        modified=parse_date(_stated(top, MODIFIED)),
        author=_stated(top, ("author",)),
        language=_stated(top, ("language", "lang")),
    )


def _parsed(text: str) -> Any:
    """The value, the list of values that stand in a line each, or None."""
    try:
        return _value(text)
    except json.JSONDecodeError:
        pass
    try:
        return [_value(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError:
        return None


def _value(text: str) -> Any:
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)


def _stated(top: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    return next((top[key] for key in keys if isinstance(top.get(key), str)), None)


def _blocks(value: Any, level: int) -> Iterator[Block]:
    if isinstance(value, dict):
        yield from _mapping(value, level)
    elif isinstance(value, list):
        yield from _list(value, level)
    elif value is not None:
        yield Block("paragraph", tidy(_scalar(value)))


def _mapping(mapping: Mapping[str, Any], level: int) -> Iterator[Block]:
    """Short values first, in one table; what is long or nested follows under its key."""
    flat = {key: value for key, value in mapping.items() if _is_flat(value)}
    if flat:
        yield Block("table", "\n".join(f"{one_line(key)}: {_flat(value)}" for key, value in flat.items()))
    for key, value in mapping.items():
        if key not in flat and value not in (None, "", [], {}):
            yield Block("heading", one_line(key), level=min(level, MAX_HEADING_LEVEL))
            yield from _blocks(value, level + 1)


def _list(values: list[Any], level: int) -> Iterator[Block]:
    lines: list[str] = []
    for value in values:
        line = _record(value)
        if line is not None:
            lines.append(line)
            continue
        if lines:
            yield Block("table", "\n".join(lines))
            lines = []
        yield from _blocks(value, level)
    if lines:
        yield Block("table", "\n".join(line for line in lines if line))


def _record(value: Any) -> str | None:
    """A line, where all that it holds is short; nested keys are joined by dots."""
    if _is_flat(value):
        return _flat(value)
    if not isinstance(value, dict):
        return None
    fields: list[str] = []
    for key, inner in value.items():
        if _is_flat(inner):
            fields.append(f"{one_line(key)}: {_flat(inner)}" if _flat(inner) else "")
        elif isinstance(inner, dict) and all(_is_flat(part) for part in inner.values()):
            fields += [f"{one_line(key)}.{one_line(k)}: {_flat(v)}" for k, v in inner.items() if _flat(v)]
        else:
            return None
    return CELL_SEPARATOR.join(field for field in fields if field)


def _is_flat(value: Any) -> bool:
    if isinstance(value, list):
        return all(not isinstance(item, dict | list) for item in value) and len(_flat(value)) <= MAX_VALUE
    return not isinstance(value, dict) and len(_scalar(value)) <= MAX_VALUE


def _flat(value: Any) -> str:
    return ", ".join(_scalar(item) for item in value) if isinstance(value, list) else one_line(_scalar(value))


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
