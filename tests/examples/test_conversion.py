"""What the gold set quotes survives our own conversion, in every format, with the dates of the document."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from examples.build import KNOWLEDGE_BASE, SOURCES
from examples.rendering.source import Heading, parse
from ingestion.converters import convert
from ingestion.document import Document
from tests.examples.extraction import normalised
from tests.examples.test_examples import DOCUMENTS, GOLD

NOW = datetime(2026, 12, 1, tzinfo=UTC)
LABELS = [(item["id"], label) for item in GOLD for label in item["labels"]]


@cache
def converted(document: str) -> Document:
    return convert(KNOWLEDGE_BASE / document, document, now=NOW)


def test_every_quotation_is_in_the_converted_text() -> None:
    missing = [
        (question, label["document"], label["quotation"])
        for question, label in LABELS
        if normalised(label["quotation"]) not in normalised(converted(label["document"]).text)
    ]
    assert not missing


@pytest.mark.parametrize("source", sorted(SOURCES.rglob("*.md")), ids=lambda path: path.stem)
def test_title_author_dates_and_headings_are_those_of_the_source(source: Path) -> None:
    expected = parse(source.read_text("utf-8"), source.name)
    document = converted(source.relative_to(SOURCES).with_suffix("").as_posix())
    assert (document.title, document.author) == (expected.title, expected.author)
    assert (document.created, document.modified) == (expected.created, expected.modified)
    headings = {block.text for block in document.blocks if block.kind == "heading"}
    assert {block.text for block in expected.blocks if isinstance(block, Heading)} <= headings


def test_one_document_is_german_and_all_others_are_english() -> None:
    names = {path.relative_to(KNOWLEDGE_BASE).as_posix() for path in DOCUMENTS}
    german = {name for name in names if converted(name).language == "de"}
    assert german == {"people/arbeitszeit-und-urlaub-graz.md"}
    assert all(converted(name).language == "en" for name in names - german)
