"""Reads a gold set: what people say about the documents they know, one question a line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ranking.evaluation.evaluation_set import EvaluationSet, Question, Quotation
from ranking.evaluation.json_lines import read_records, records_of
from storage.errors import InvalidInput

_FORM = (
    '{"id": "q1", "question": "...", "answerable": true, "answer": "...", "labels": '
    '[{"document": "policy.pdf", "grade": 2, "quotation": "..."}], "segment": "...", "notes": "..."}'
)


class _Label(BaseModel):
    model_config = ConfigDict(extra="forbid")
    document: str = Field(min_length=1)
    grade: int = Field(ge=0, le=3)
    quotation: str | None = None


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    answerable: bool = True
    answer: str | None = None
    labels: list[_Label] = []
    segment: str | None = None
    notes: str | None = None


def read_gold(path: Path) -> EvaluationSet:
    """Grades 1 to 3 are relevant. Raises NotFound, or InvalidInput with file and line."""
    return _gold(read_records(path, _Line, _FORM), str(path), path.stem)


def parse_gold(text: str, place: str) -> EvaluationSet:
    """The same of a text that `place` names. Raises InvalidInput with place and line."""
    return _gold(records_of(text, place, _Line, _FORM), place, place)


def without_document(text: str, document: str) -> str:
    """The gold questions without what they say of a document; those that it alone answers go.

    Their answers and notes, which may be its words, go too.
    """
    kept = []
    for _, line in records_of(text, "the gold questions", _Line, _FORM):
        labels = [label for label in line.labels if label.document != document]
        told = len(labels) < len(line.labels)
        if told and line.answerable and not any(label.grade > 0 for label in labels):
            continue
        kept.append(
            line.model_copy(update={"labels": labels, "answer": None, "notes": None}) if told else line
        )
    return "".join(f"{line.model_dump_json(exclude_none=True)}\n" for line in kept)


def _gold(lines: Iterable[tuple[int, _Line]], place: str, name: str) -> EvaluationSet:
    questions: dict[str, Question] = {}
    for number, line in lines:
        if line.id in questions:
            raise InvalidInput(
                f"{place}:{number}: the id {line.id!r} was used before.", "Give every line its own."
            )
        _check(line, f"{place}:{number}")
        questions[line.id] = _question(line)
    if not questions:
        raise InvalidInput(f"{place} holds no question.", f"A line looks like {_FORM}")
    return EvaluationSet(name, tuple(questions.values()))


def _check(line: _Line, place: str) -> None:
    relevant = [label for label in line.labels if label.grade > 0]
    if line.answerable and not relevant:
        raise InvalidInput(
            f"{place}: the question {line.id!r} has no label above grade 0.",
            'Label a document that answers it, or say "answerable": false.',
        )
    if not line.answerable and relevant:
        raise InvalidInput(
            f"{place}: the question {line.id!r} is not answerable, yet {relevant[0].document!r} answers it.",
            'Remove the label, or say "answerable": true.',
        )


def _question(line: _Line) -> Question:
    labels: dict[str, int] = {}
    for label in line.labels:  # one document may be quoted twice: its best grade counts
        if label.grade > 0:
            labels[label.document] = max(label.grade, labels.get(label.document, 0))
    quotations = tuple(
        Quotation(label.document, label.quotation, label.grade)
        for label in line.labels
        if label.grade > 0 and label.quotation and label.quotation.strip()
    )
    return Question(line.id, line.question, labels, quotations, line.answer, line.segment or "")
