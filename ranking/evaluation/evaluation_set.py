"""What both kinds of labelled data become: questions with graded documents and quoted passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of `document` that support the answer; `grade` is its document's."""

    document: str
    text: str
    grade: int


@dataclass(frozen=True, slots=True)
class Question:
    """`labels`: document id -> grade, 1 and above are relevant; none where nothing answers it."""

    id: str
    text: str
    labels: Mapping[str, int] = field(default_factory=dict)
    quotations: tuple[Quotation, ...] = ()
    answer: str | None = None
    segment: str = ""

    @property
    def answerable(self) -> bool:
        return bool(self.labels)


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """`unjudged` counts the questions left out because nobody said what answers them."""

    name: str
    questions: tuple[Question, ...]
    unjudged: int = 0

    @property
    def answerable(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.answerable)

    @property
    def unanswerable(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if not question.answerable)
