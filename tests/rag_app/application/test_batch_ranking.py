from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from rag_app.application import ANONYMOUS, Application
from rag_app.application.batch_ranking import rank_all
from storage.errors import InvalidInput, NotFound, Transient

QUESTIONS = [("q1", "When does the car park open?"), ("q2", "Who descales the coffee machine?")]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    place = tmp_path / "questions.jsonl"
    place.write_text("".join(json.dumps({"id": id_, "question": text}) + "\n" for id_, text in QUESTIONS))
    return place


def _lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text().splitlines()]


def _passages(line: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(source["number"], source["id"], source["text"]) for source in line["results"]]


def _rank(application: Application, questions: Path, out: Path) -> int:
    return rank_all(application.answers, questions, out, ANONYMOUS, limit=2)


def test_every_question_gets_its_ranking_as_search_ranks_it(
    application: Application, folder: Path, questions: Path, tmp_path: Path
) -> None:
    application.documents.ingest(folder, "office")
    out = tmp_path / "rankings.jsonl"

    assert _rank(application, questions, out) == 0

    lines = {line["id"]: line for line in _lines(out)}
    assert lines.keys() == {"q1", "q2"}
    for id_, text in QUESTIONS:
        searched = application.answers.search(text, ANONYMOUS, limit=2).results
        assert _passages(lines[id_]) == [(source.number, source.id, source.text) for source in searched]
        assert lines[id_]["problem"] is None


def test_what_was_killed_in_a_line_goes_on_there_and_repeats_nothing(
    application: Application, folder: Path, questions: Path, tmp_path: Path
) -> None:
    application.documents.ingest(folder, "office")
    out = tmp_path / "rankings.jsonl"
    _rank(application, questions, out)
    whole = out.read_bytes()
    first = whole.index(b"\n") + 1
    out.write_bytes(whole[: first + 40])
    seen: list[tuple[int, int]] = []

    rank_all(
        application.answers,
        questions,
        out,
        ANONYMOUS,
        limit=2,
        progress=lambda done, total: seen.append((done, total)),
    )

    assert out.read_bytes()[:first] == whole[:first]
    assert [line["id"] for line in _lines(out)] == ["q1", "q2"]
    assert seen == [(1, 2), (2, 2)]


def test_a_question_that_cannot_be_ranked_says_why_and_holds_up_nothing(
    application: Application, folder: Path, tmp_path: Path
) -> None:
    application.documents.ingest(folder, "office")
    questions, out = tmp_path / "questions.jsonl", tmp_path / "rankings.jsonl"
    questions.write_text(
        '{"id": "none", "question": "Lunch?", "sets": ["canteen"]}\n{"id": "q1", "question": "Car park?"}\n'
    )

    assert _rank(application, questions, out) == 1

    refused, ranked = _lines(out)
    assert "canteen" in str(refused["problem"])
    assert refused["results"] == []
    assert ranked["problem"] is None


def test_bad_files_are_named(application: Application, tmp_path: Path, questions: Path) -> None:
    out = tmp_path / "rankings.jsonl"
    with pytest.raises(NotFound, match="nowhere"):
        _rank(application, tmp_path / "nowhere.jsonl", out)
    twice = tmp_path / "twice.jsonl"
    twice.write_text('{"id": "a", "question": "?"}\n' * 2)
    with pytest.raises(InvalidInput, match=r"twice\.jsonl:2: the id 'a' is there twice"):
        _rank(application, twice, out)
    twice.write_text("")
    with pytest.raises(InvalidInput, match="holds no question"):
        _rank(application, twice, out)
    out.write_text("notes of mine\n")
    with pytest.raises(InvalidInput, match="no rankings"):
        _rank(application, questions, out)
    assert out.read_text() == "notes of mine\n"
    with (
        FileLock(out.with_name("rankings.jsonl.lock")),
        pytest.raises(Transient, match="Another process writes"),
    ):
        _rank(application, questions, out)
