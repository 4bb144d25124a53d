"""The example knowledge base is what its README says, and its gold set can be trusted."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pptx
import pytest
import yaml

from examples.build import HERE, KNOWLEDGE_BASE
from tests.examples.extraction import normalised, text_of

DOCUMENTS = sorted(path for path in KNOWLEDGE_BASE.rglob("*") if path.is_file())
GOLD: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "gold.jsonl").read_text("utf-8").splitlines()
]
SEGMENTS = {"lookup", "temporal", "lookalike", "identifier", "multi", "paraphrase", "injection", "table"}


@cache
def text(document: str) -> str:
    return text_of(KNOWLEDGE_BASE / document)


def dates(path: Path) -> tuple[date, date]:
    """Created and modified, as the document itself says."""
    match path.suffix:
        case ".md":
            fields = yaml.safe_load(path.read_text("utf-8").split("---\n")[1])
            return fields["created"], fields["modified"]
        case ".docx":
            words = docx.Document(str(path)).core_properties
            return words.created.date(), words.modified.date()
        case ".pptx":
            slides = pptx.Presentation(str(path)).core_properties
            return slides.created.date(), slides.modified.date()
        case ".pdf":
            stamps = re.findall(rb"/(?:CreationDate|ModDate) \(D:(\d{8})", path.read_bytes())
        case _:
            stamps = re.findall(rb'"dcterms.(?:created|modified)" content="([\d-]{10})', path.read_bytes())
    created, modified = (date.fromisoformat(stamp.decode()) for stamp in stamps)
    return created, modified


def test_there_are_enough_documents_of_each_format() -> None:
    formats = Counter(path.suffix for path in DOCUMENTS)
    assert formats == {".md": 17, ".html": 11, ".pdf": 9, ".docx": 9, ".pptx": 7}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_is_neither_a_stub_nor_a_book(path: Path) -> None:
    assert 250 <= len(text_of(path).split()) <= 900


def test_dates_are_in_order_and_span_more_than_two_years() -> None:
    spans = [dates(path) for path in DOCUMENTS]
    assert all(created <= modified for created, modified in spans)
    assert (max(span[1] for span in spans) - min(span[0] for span in spans)).days > 2 * 365


def test_each_pdf_has_several_pages_with_a_numbered_footer() -> None:
    for path in KNOWLEDGE_BASE.rglob("*.pdf"):
        assert "Page 2" in text_of(path), path.name


def test_one_document_alone_tries_to_instruct_the_model() -> None:
    culprits = [
        path.name for path in DOCUMENTS if "ignore all previous instructions" in text_of(path).lower()
    ]
    assert culprits == ["nordcell-battery-datasheet.pdf"]


def test_questions_have_unique_ids_and_texts() -> None:
    assert len({item["id"] for item in GOLD}) == len(GOLD) == len({item["question"].lower() for item in GOLD})


def test_every_segment_is_large_enough_to_be_measured() -> None:
    least = {"temporal": 6, "identifier": 6, "lookalike": 8, "multi": 3, "injection": 2}
    answered = Counter(item["segment"] for item in GOLD if item["answerable"])
    assert set(answered) == SEGMENTS
    assert all(answered[segment] >= count for segment, count in least.items())
    assert sum(answered.values()) >= 54
    assert len(GOLD) - sum(answered.values()) >= 12


@pytest.mark.parametrize("item", GOLD, ids=lambda item: item["id"])
def test_labels_agree_with_the_documents(item: dict[str, Any]) -> None:
    grades = [label["grade"] for label in item["labels"]]
    assert item["answerable"] == bool(item["answer"]) == (2 in grades)
    assert item["answerable"] or not grades
    assert set(grades) <= {0, 1, 2}
    for label in item["labels"]:
        assert normalised(label["quotation"]) in text(label["document"]), label


def test_a_question_over_several_documents_labels_them() -> None:
    for item in GOLD:
        if item["segment"] == "multi":
            assert len({label["document"] for label in item["labels"]}) >= 2, item["id"]


def test_the_demo_asks_two_questions_of_the_gold_set_and_one_without_an_answer() -> None:
    lines = (HERE / "demo_questions.txt").read_text("utf-8").splitlines()
    answerable = {item["question"]: item["answerable"] for item in GOLD}
    assert [answerable[line] for line in lines] == [True, True, False]
