from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingestion.converters import convert_bytes
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.json import convert
from ingestion.document import Block


def blocks(text: str) -> list[Block]:
    return list(convert(text.encode(), "a.json").blocks)


def test_records_are_lines() -> None:
    assert blocks(
        '[{"name": "Ann", "age": 5, "tags": ["a", "b"], "at": {"city": "Graz"}}, {"name": null}]'
    ) == [Block("table", "name: Ann | age: 5 | tags: a, b | at.city: Graz")]


def test_what_is_nested_stands_under_its_key() -> None:
    found = blocks('{"service": "mail", "limits": {"size": 10, "on": true}, "text": "' + "word " * 80 + '"}')
    assert found == [
        Block("table", "service: mail"),
        Block("heading", "limits", level=1),
        Block("table", "size: 10\non: true"),
        Block("heading", "text", level=1),
        Block("paragraph", ("word " * 80).strip()),
    ]


def test_json_lines() -> None:
    assert blocks('{"a": 1}\n\n{"a": 2}\n') == [Block("table", "a: 1\na: 2")]


def test_numbers_stay_as_they_are_written() -> None:
    huge = "9" * 10_000
    assert blocks('{"a": 1.10, "b": ' + "12345678901234567890" + ', "c": NaN}')[0].text == (
        "a: 1.10\nb: 12345678901234567890\nc: NaN"
    )
    assert blocks(huge) == [Block("paragraph", huge)]


def test_metadata_of_the_top() -> None:
    found = convert(b'{"title": "T", "author": "Ann", "updated": "2026-03-04", "lang": "de"}', "a.json")
    assert (found.title, found.author, found.language) == ("T", "Ann", "de")
    assert found.modified is not None
    assert convert(b'{"meta": {"a": 1}}', "price_list.json").title == "price list"


def test_what_is_no_json_is_text() -> None:
    assert blocks("{ a: 1, // a comment\n}") == [Block("paragraph", "{ a: 1, // a comment\n}")]


def test_brackets_without_end_are_refused() -> None:
    for count in (900, 100_000):
        with pytest.raises(ConversionFailed, match=r"a\.json nests .* too deep") as caught:
            convert_bytes(b"[" * count + b'"x"' + b"]" * count, "a.json", datetime(2026, 6, 1, tzinfo=UTC))
        assert caught.value.reason == "corrupt"
