"""Answers as they are recorded, for the tests of feedback."""

from __future__ import annotations

from datetime import UTC, datetime

from storage.feedback.records import Quotation, Shown, ShownSource

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def a_quotation(document: str = "leave.md", text: str = "Staff have 27 days of annual leave.") -> Quotation:
    return Quotation("handbook", document, text, 10, 10 + len(text))


def a_source(position: int, quotation: Quotation | None = None, cited: bool = False) -> ShownSource:
    return ShownSource(
        position=position,
        quotation=quotation or a_quotation(f"{position}.md"),
        chunk_id=f"chunk-{position}",
        score=1.5,
        cited=cited,
        looks=1.0 / position,
        signals={"cross_encoder": (6.9, 0.66, 0.53), "freshness": (None, 0.0, 0.0)},
    )


def an_answer(
    id_: str = "a1",
    question: str = "How much leave?",
    principal: str = "ann",
    at: datetime = NOW,
    sources: tuple[ShownSource, ...] = (),
) -> Shown:
    return Shown(
        id=id_,
        kind="answer",
        question=question,
        principal=principal,
        at=at,
        generations={"handbook": 3},
        versions={"ensemble": "ensemble-2"},
        sources=list(sources) or [a_source(1, cited=True), a_source(2)],
        answer="27 days. [1]",
        generator="extractive",
    )
