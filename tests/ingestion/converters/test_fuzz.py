"""Example files, cut and bent at random: each becomes a document or fails by name, in bounded time."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from functools import cache

import pytest

from examples.rendering import html_page, pdf_file, slide_deck, word_file
from examples.rendering.source import parse
from ingestion.converters import convert_bytes
from storage.errors import Problem
from tests.ingestion.converters import test_epub, test_mail, test_opendocument, test_outlook, test_xlsx
from tests.ingestion.converters.files import archive
from tests.ingestion.converters.ole_files import ole_file

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SOURCE = """---
title: Leave
author: Ann Lee
created: 2025-02-03
modified: 2026-03-04
---
## Scope

All staff.

- one

| a | b |
|---|---|
| 1 | 2 |
"""
EXTENSIONS = ("pdf", "docx", "pptx", "xlsx", "odt", "epub", "html", "md", "xml", "rtf", "eml", "msg", "txt")
ROUNDS = 12
UNTOLD = ("a.csv", "a.json")  # whose content is text as well


@cache
def seeds() -> dict[str, bytes]:
    source = parse(SOURCE, "leave.md")
    mail = test_mail.message()
    mail.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="a.csv")
    return {
        "a.pdf": pdf_file.render(source),
        "a.docx": word_file.render(source),
        "a.pptx": slide_deck.render(source),
        "a.html": html_page.render(source),
        "a.xlsx": test_xlsx.book(lambda made: made.add_worksheet("Prices").write_row(0, 0, ["a", "b"])),
        "a.odt": test_opendocument.package("<office:text><text:p>Text</text:p></office:text>"),
        "a.epub": archive(test_epub.MEMBERS),
        "a.eml": bytes(mail),
        "a.msg": ole_file(test_outlook.message()),
        "a.rtf": rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard Text \u8364?\par\trowd a\cell b\cell\row}",
        "a.json": b'{"a": [1, {"b": "c"}], "d": "e"}',
        "a.xml": b"<?xml version='1.0' encoding='utf-8'?><a><b c='d'>e</b></a>",
        "a.csv": b'a;b\n"1";2\n',
        "a.zip": archive({"a.md": b"# A", "b.zip": archive({"c.txt": b"x"})}),
    }


def bent(content: bytes, chance: random.Random) -> bytes:
    """Cut, with bytes changed, or with a piece told twice."""
    way, place = chance.randrange(3), chance.randrange(len(content))
    if way == 0:
        return content[:place]
    if way == 1:
        changed = bytearray(content)
        for _ in range(chance.randint(1, 20)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)
    end = chance.randrange(place, len(content))
    return content[:end] + content[place:end] * chance.randint(1, 3) + content[end:]


@pytest.mark.parametrize("name", sorted(seeds()))
def test_bent_files_become_documents_or_fail_by_name(name: str) -> None:
    chance = random.Random(name)
    for _ in range(ROUNDS):
        content = bent(seeds()[name], chance)
        shown = f"a.{chance.choice(EXTENSIONS)}" if chance.random() < 0.3 else name
        assert all(outcome(content, shown))


def outcome(content: bytes, name: str) -> tuple[str, ...]:
    """The text, or what happened and what to do; any other error is a fault."""
    try:
        return (convert_bytes(content, name, NOW).text.strip(),)
    except Problem as problem:
        return problem.what, problem.remedy


@pytest.mark.parametrize("name", sorted(seeds()))
def test_a_wrong_extension_changes_nothing_where_the_content_tells(name: str) -> None:
    names = (name, "a.txt", "a.pdf", "a.xyz") if name not in UNTOLD else (name,)
    assert len({outcome(seeds()[name], shown) for shown in names}) == 1
