from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

import pytest

from ingestion.converters.markdown import convert
from ingestion.document import Block

FILE = """---
title: Travel policy
date: 2025-01-02
updated: 2026-03-04T05:06:07Z
authors: [Ann, Bob]
lang: de
groups: [people, finance]
---
# Travel

First *line*
goes on.  
New line with `code` and a [link](https://example.com).

1. one
2. two
   - deep

| Class | Limit |
|-------|-------|
| Economy | 100 |

```python
a = 1
```

<details><summary>More</summary>Hidden text</details>
"""  # noqa: W291


def test_markdown_gives_its_structure_in_order() -> None:
    assert convert(FILE.encode(), "a.md").blocks == (
        Block("heading", "Travel", level=1),
        Block("paragraph", "First line goes on.\nNew line with code and a link."),
        Block("list", "1. one\n2. two\n  - deep"),
        Block("table", "Class | Limit\nEconomy | 100"),
        Block("code", "a = 1"),
        Block("paragraph", "More"),
        Block("paragraph", "Hidden text"),
    )


def test_front_matter_gives_the_metadata() -> None:
    converted = convert(FILE.encode(), "a.md")
    assert (converted.title, converted.author, converted.language) == ("Travel policy", "Ann, Bob", "de")
    assert converted.created == datetime(2025, 1, 2, tzinfo=UTC)
    assert converted.modified == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert converted.groups == ("people", "finance")


@pytest.mark.parametrize("front", ["---\n---\n", "---\n# comment\n---\n"])
def test_empty_front_matter_is_no_text(front: str) -> None:
    assert convert(f"{front}Text.".encode(), "a.md").blocks == (Block("paragraph", "Text."),)


@pytest.mark.parametrize("front", ["---\nfoo: [\n---\n", "---\njust words\n---\n", "---\na: 1\n"])
def test_front_matter_that_is_none_stays_text(front: str) -> None:
    converted = convert(f"{front}\nText.".encode(), "a.md")
    assert converted.blocks[-1].text == "Text."
    assert len(converted.blocks) > 1


def test_groups_may_be_one_name() -> None:
    assert convert(b"---\ngroups: people\n---\nText.", "a.md").groups == ("people",)


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "> " * 20_000 + "x", "*a " * 50_000, "`" * 50_000, "- " * 5_000 + "x"]
)
def test_hostile_markdown_ends_in_time(text: str) -> None:
    started = process_time()
    convert(text.encode(), "a.md")
    assert process_time() - started < 10


def test_links_are_told() -> None:
    converted = convert(b"See [leave](../leave.md#days), <https://example.com>, ![plan](a.png).", "a.md")
    assert converted.links == ("../leave.md#days", "https://example.com")
