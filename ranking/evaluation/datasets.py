"""Reads a folder of corpus.jsonl, queries.jsonl and qrels.tsv, the form of BEIR (Thakur et al. 2021)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from ranking.evaluation.evaluation_set import EvaluationSet, Question, Quotation
from ranking.evaluation.json_lines import read_lines, read_records
from storage.errors import InvalidInput

_CORPUS_LINE = '{"_id": "d1", "title": "...", "text": "...", "metadata": {}}'
_QUERY_LINE = '{"_id": "q1", "text": "...", "metadata": {}}'
_QRELS_LINE = "q1<tab>d1<tab>1, below the header query-id<tab>corpus-id<tab>score."


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """One document as the data set gives it."""

    id: str
    title: str
    text: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A corpus and the questions about it that somebody judged."""

    corpus: tuple[CorpusDocument, ...]
    evaluation: EvaluationSet


class _CorpusLine(BaseModel):
    id: str = Field(alias="_id", min_length=1)
    title: str = ""
    text: str
    metadata: dict[str, Any] | None = None


class _QueryLine(BaseModel):
    id: str = Field(alias="_id", min_length=1)
    text: str = Field(min_length=1)
    answer: str | None = None
    metadata: dict[str, Any] | None = None


class _Evidence(BaseModel):
    doc: str
    text: str | list[str] | None = None


def read_dataset(folder: Path) -> Dataset:
    """Raises NotFound for a missing file, InvalidInput with file and line for anything malformed."""
    corpus = _read_corpus(folder / "corpus.jsonl")
    labels = _read_qrels(folder / "qrels.tsv", {document.id for document in corpus})
    questions = _read_questions(folder / "queries.jsonl", labels)
    unknown = labels.keys() - {question.id for question in questions}
    if unknown:
        raise InvalidInput(
            f"{folder / 'qrels.tsv'} judges {min(unknown)!r}, which queries.jsonl does not ask.",
            "Add the question or remove its lines.",
        )
    judged = tuple(question for question in questions if question.answerable)
    if not judged:
        raise InvalidInput(f"{folder} judges no question.", f"Add lines to qrels.tsv like {_QRELS_LINE}")
    return Dataset(corpus, EvaluationSet(folder.resolve().name, judged, len(questions) - len(judged)))


def _read_corpus(path: Path) -> tuple[CorpusDocument, ...]:
    documents: dict[str, CorpusDocument] = {}
    for number, line in read_records(path, _CorpusLine, _CORPUS_LINE):
        _refuse_repeated(path, number, line.id, documents)
        documents[line.id] = CorpusDocument(line.id, line.title, line.text, line.metadata or {})
    return tuple(documents.values())


def _read_questions(path: Path, labels: Mapping[str, Mapping[str, int]]) -> tuple[Question, ...]:
    questions: dict[str, Question] = {}
    for number, line in read_records(path, _QueryLine, _QUERY_LINE):
        _refuse_repeated(path, number, line.id, questions)
        metadata = line.metadata or {}
        grades = labels.get(line.id, {})
        quotations = _quotations(metadata, grades, f"{path}:{number}")
        segment = str(metadata.get("type") or "")
        questions[line.id] = Question(line.id, line.text, grades, quotations, line.answer, segment)
    return tuple(questions.values())


def _quotations(metadata: Mapping[str, Any], grades: Mapping[str, int], place: str) -> tuple[Quotation, ...]:
    """Of `facts` or `evidence`; an `evidence` that is no list (SciFact's) quotes nothing."""
    given = metadata.get("facts", metadata.get("evidence"))
    if not isinstance(given, list):
        return ()
    found = []
    for item in given:
        try:
            evidence = _Evidence.model_validate(item)
        except ValueError as error:
            raise InvalidInput(
                f"{place}: the evidence {str(item)[:80]!r} cannot be read.",
                'Evidence looks like {"doc": "d1", "text": "..."}',
            ) from error
        texts = [evidence.text] if isinstance(evidence.text, str) else evidence.text or []
        grade = grades.get(evidence.doc, 0)
        found += [Quotation(evidence.doc, text, grade) for text in texts if grade > 0 and text.strip()]
    return tuple(found)


def _read_qrels(path: Path, corpus: set[str]) -> Mapping[str, Mapping[str, int]]:
    """Question id -> document id -> grade; grades of 0 and below are judged irrelevant and left out."""
    labels: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for number, line in read_lines(path):
        fields = line.split("\t")
        if number == 1 and fields[0] == "query-id":
            continue
        if len(fields) != 3 or not fields[2].strip().lstrip("-").isdecimal():
            raise InvalidInput(
                f"{path}:{number}: {line[:80]!r} is no judgement.", f"A line looks like {_QRELS_LINE}"
            )
        question, document, grade = fields[0], fields[1], int(fields[2])
        if document not in corpus:
            raise InvalidInput(
                f"{path}:{number}: the document {document!r} is not in corpus.jsonl.",
                "Add the document or remove the line.",
            )
        if grade > 0:
            labels[question][document] = grade
    return dict(labels)


def _refuse_repeated(path: Path, number: int, key: str, seen: Mapping[str, object]) -> None:
    if key in seen:
        raise InvalidInput(f"{path}:{number}: the id {key!r} was used before.", "Give every line its own id.")
