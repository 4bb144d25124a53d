from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ranking.evaluation.evaluation_set import Question, Quotation
from ranking.evaluation.gold import parse_gold, read_gold, without_document
from storage.errors import InvalidInput


def _gold(tmp_path: Path, *records: dict[str, Any]) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(json.dumps(record) for record in records))
    return path


LABEL = {"document": "policy.pdf", "grade": 2, "quotation": "46 GBP"}
ASKED = {"id": "q1", "question": "How much?", "answer": "46 GBP", "labels": [LABEL]}


def test_what_is_read(tmp_path: Path) -> None:
    also = [
        {"document": "policy.pdf", "grade": 1, "quotation": "once more"},
        {"document": "old.md", "grade": 1},
        {"document": "decoy.md", "grade": 0, "quotation": "looks alike"},
    ]
    full = {**ASKED, "labels": [LABEL, *also], "segment": "temporal", "notes": "seen by two"}
    none = {"id": "q2", "question": "Who?", "answerable": False, "answer": None}
    found = read_gold(_gold(tmp_path, full, none))
    quotations = Quotation("policy.pdf", "46 GBP", 2), Quotation("policy.pdf", "once more", 1)
    asked = Question("q1", "How much?", {"policy.pdf": 2, "old.md": 1}, quotations, "46 GBP", "temporal")
    assert (found.name, found.unjudged) == ("gold", 0)
    assert found.answerable == (asked,)
    assert found.unanswerable == (Question("q2", "Who?"),)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"id": "q2"}, r"gold\.jsonl:2: question: Field required.*A line looks like"),
        ({**ASKED, "id": "q2", "lables": []}, r":2: lables: Extra inputs are not permitted"),
        (
            {**ASKED, "id": "q2", "labels": [{**LABEL, "grade": 4}]},
            r":2: labels\.0\.grade: .*less than or equal to 3",
        ),
        (ASKED, r":2: the id 'q1' was used before"),
        (
            {**ASKED, "id": "q2", "labels": []},
            r":2: the question 'q2' has no label above grade 0.*answerable.: false",
        ),
        (
            {**ASKED, "id": "q2", "answerable": False},
            r":2: the question 'q2' is not answerable, yet 'policy\.pdf'",
        ),
    ],
)
def test_a_malformed_line_is_named_with_the_remedy(
    tmp_path: Path, record: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        read_gold(_gold(tmp_path, ASKED, record))


def test_an_empty_file_holds_no_question(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gold\.jsonl holds no question"):
        read_gold(_gold(tmp_path))


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"cannot be read .Is a directory"):
        read_gold(tmp_path)


def test_a_text_is_read_as_a_file_is() -> None:
    found = parse_gold(json.dumps(ASKED), "the gold questions")
    assert [question.id for question in found.questions] == ["q1"]
    with pytest.raises(InvalidInput, match="the gold questions:1"):
        parse_gold("{}", "the gold questions")
    with pytest.raises(InvalidInput, match="the gold questions holds no question"):
        parse_gold("", "the gold questions")


def test_questions_without_a_document_say_nothing_of_it_any_more() -> None:
    other = {"document": "other.md", "grade": 1, "quotation": "46"}
    both = {**ASKED, "id": "both", "labels": [LABEL, other], "notes": "46 GBP"}
    decoy = {**ASKED, "id": "decoy", "labels": [other, {**LABEL, "grade": 0}]}
    nobody = {"id": "nobody", "question": "Who?", "answerable": False}
    lines: list[dict[str, Any]] = [ASKED, both, decoy, {**ASKED, "id": "alone", "labels": [other]}, nobody]
    left = [json.loads(line) for line in _without("policy.pdf", lines).splitlines()]
    assert [line["id"] for line in left] == ["both", "decoy", "alone", "nobody"]
    assert left[0] == {"id": "both", "question": "How much?", "answerable": True, "labels": [other]}
    assert (left[1]["labels"], "answer" in left[1], left[2]["answer"]) == ([other], False, "46 GBP")
    assert _without("policy.pdf", [ASKED]) == ""


def _without(document: str, records: list[dict[str, Any]]) -> str:
    return without_document("\n".join(json.dumps(record) for record in records), document)
