from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ranking.evaluation.datasets import CorpusDocument, read_dataset
from ranking.evaluation.evaluation_set import Question, Quotation
from storage.errors import InvalidInput, NotFound

CORPUS: list[dict[str, Any]] = [
    {"_id": "d 1", "title": "One", "text": "text", "metadata": {"x": 1}},
    {"_id": "d2", "text": "two"},
]
QUERIES: list[dict[str, Any]] = [
    {
        "_id": "q1",
        "text": "facts?",
        "answer": "yes",
        "metadata": {"type": "temporal", "facts": [{"doc": "d 1", "text": "a"}, {"doc": "d2", "text": "b"}]},
    },
    {
        "_id": "q2",
        "text": "evidence?",
        "metadata": {"evidence": [{"doc": "d2", "text": ["a", "b"], "step": 0}]},
    },
    {"_id": "q3", "text": "labels only?", "metadata": {"evidence": {"d2": "SUPPORT"}}},
    {"_id": "q4", "text": "unjudged?"},
    {"_id": "q5", "text": "judged irrelevant?", "metadata": None},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\td 1\t2\nq2\td2\t1\n\nq3\td2\t1\nq5\td2\t0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _write(tmp_path, "corpus.jsonl", CORPUS)
    _write(tmp_path, "queries.jsonl", QUERIES)
    (tmp_path / "qrels.tsv").write_text(QRELS)
    return tmp_path


def _write(folder: Path, name: str, records: list[dict[str, Any]]) -> None:
    (folder / name).write_text("".join(json.dumps(record) + "\n" for record in records))


def test_what_is_read(folder: Path) -> None:
    dataset = read_dataset(folder)
    assert dataset.corpus == (
        CorpusDocument("d 1", "One", "text", {"x": 1}),
        CorpusDocument("d2", "", "two", {}),
    )
    assert dataset.evaluation.name == folder.name
    assert dataset.evaluation.questions == (
        Question("q1", "facts?", {"d 1": 2}, (Quotation("d 1", "a", 2),), "yes", "temporal"),
        Question("q2", "evidence?", {"d2": 1}, (Quotation("d2", "a", 1), Quotation("d2", "b", 1))),
        Question("q3", "labels only?", {"d2": 1}),
    )


def test_questions_nobody_judged_are_left_out_and_counted(folder: Path) -> None:
    assert read_dataset(folder).evaluation.unjudged == 2


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "qrels.tsv").unlink()
    with pytest.raises(NotFound, match=r"There is no file .*qrels\.tsv\. Check the path"):
        read_dataset(folder)


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("corpus.jsonl", "{", r"corpus\.jsonl:3: Invalid JSON.*A line looks like \{\"_id\": \"d1\""),
        ("corpus.jsonl", '{"_id": "d3"}', r"corpus\.jsonl:3: text: Field required"),
        ("corpus.jsonl", '{"_id": "d2", "text": "again"}', r"corpus\.jsonl:3: the id 'd2' was used before"),
        (
            "queries.jsonl",
            '{"_id": "q6", "text": ""}',
            r"queries\.jsonl:6: text: String should have at least 1",
        ),
        ("queries.jsonl", "[]", r"queries\.jsonl:6: Input should be an object"),
        ("qrels.tsv", "q1\td2", r"qrels\.tsv:7: 'q1\\td2' is no judgement.*q1<tab>d1<tab>1"),
        ("qrels.tsv", "q1\td2\thigh", r"qrels\.tsv:7: .* is no judgement"),
        ("qrels.tsv", "q1\td9\t1", r"qrels\.tsv:7: the document 'd9' is not in corpus\.jsonl"),
        ("qrels.tsv", "q9\td2\t1", r"qrels\.tsv judges 'q9', which queries\.jsonl does not ask"),
    ],
)
def test_a_malformed_line_is_named_with_the_remedy(folder: Path, name: str, line: str, message: str) -> None:
    with (folder / name).open("a") as file:
        file.write(line + "\n")
    with pytest.raises(InvalidInput, match=message):
        read_dataset(folder)


def test_evidence_of_another_form_is_named(folder: Path) -> None:
    _write(folder, "queries.jsonl", [*QUERIES, {"_id": "q6", "text": "?", "metadata": {"facts": ["d2"]}}])
    with pytest.raises(InvalidInput, match=r"queries\.jsonl:6: the evidence 'd2' cannot be read"):
        read_dataset(folder)


def test_nothing_judged_is_nothing_to_measure(folder: Path) -> None:
    (folder / "qrels.tsv").write_text(QRELS.splitlines()[0])
    with pytest.raises(InvalidInput, match="judges no question"):
        read_dataset(folder)


def test_text_of_another_encoding_is_refused(folder: Path) -> None:
    (folder / "corpus.jsonl").write_bytes('{"_id": "ü", "text": "x"}'.encode("latin-1"))
    with pytest.raises(InvalidInput, match=r"is not UTF-8 text .byte 9"):
        read_dataset(folder)


def test_a_line_separator_inside_a_text_does_not_cut_it(folder: Path) -> None:
    with (folder / "corpus.jsonl").open("a") as file:
        file.write('{"_id": "d3", "text": "one\u2028two"}\r\n')
    assert read_dataset(folder).corpus[2].text == "one\u2028two"
