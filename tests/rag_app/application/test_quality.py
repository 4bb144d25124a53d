"""Evaluation and audit over the real engine and models, on three documents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rag_app.application import ANONYMOUS, Application
from ranking.audit.charts import charts
from ranking.audit.html import to_html
from ranking.audit.markdown import to_markdown
from ranking.audit.rendering import to_json
from ranking.evaluation.evaluation_set import EvaluationSet, Question, Quotation
from storage.errors import InvalidInput, NotFound

PARKING = Question(
    "q1",
    "When does the car park open? ![](http://example.com/x.png) <script>",
    {"parking.md": 2},
    (Quotation("parking.md", "The car park opens at 6:30.", 2),),
)
NOBODY_KNOWS = Question("q2", "What is the meaning of life?")


@pytest.fixture
def ingested(application: Application, folder: Path) -> Application:
    application.documents.ingest(folder, "office")
    return application


def test_an_audit_of_one_question_tells_everything_and_calls_it_too_few(ingested: Application) -> None:
    steps: list[tuple[int, int]] = []

    audit = ingested.quality.audit(
        EvaluationSet("gold", (PARKING, NOBODY_KNOWS)),
        ANONYMOUS,
        progress=lambda done, total: steps.append((done, total)),
        sample=1,
    )

    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert (audit.level.name, audit.level.questions) == ("passage", 1)
    assert audit.verdict.reasons[-1].startswith("1 question proves nothing")
    assert audit.cost.by_stage["total"].p50 >= audit.cost.by_stage["reranking"].p50 > 0
    assert audit.recall["fused"][-1] == (50, 1.0)
    assert sum(found.candidates for found in audit.reliability) == 3
    assert audit.ranked_by["rerank"] == "full"
    assert {"cross_encoder", "fused_rank", "freshness"} <= set(audit.level.ablations)
    text = to_markdown(audit)
    html = to_html("Audit", text, charts(audit))
    assert "1 questions" not in text.split("## ")[0]
    assert re.findall(r"<script|<img|(?:src|href)=|url\(", html) == []
    plain = to_json(audit)
    assert plain["evaluation"]["questions"] == {"answerable": 1, "unanswerable": 1, "unjudged": 0}
    assert plain["missed"] == []


def test_without_quotations_the_audit_is_by_document(ingested: Application) -> None:
    asked = Question("q1", "When does the car park open?", {"parking.md": 1}, segment="time")

    audit = ingested.quality.audit(EvaluationSet("gold", (asked,)), ANONYMOUS, sample=5)

    assert (audit.level.name, audit.reliability, set(audit.means)) == ("document", (), {"document"})
    assert "reliability.svg" not in charts(audit)
    assert "## Are the probabilities right?" not in to_markdown(audit)
    assert "### By segment" in to_markdown(audit)


@pytest.mark.parametrize(
    ("questions", "words"),
    [
        ((NOBODY_KNOWS,), "None of the questions of gold has an answer"),
        ((Question("q1", "When?", {"gone.md": 1}), PARKING), "1 of 2 documents .* gone.md"),
    ],
    ids=["nothing answerable", "a document not ingested"],
)
def test_questions_that_cannot_be_measured(
    ingested: Application, questions: tuple[Question, ...], words: str
) -> None:
    for measure in (ingested.quality.evaluate, ingested.quality.audit):
        with pytest.raises(InvalidInput, match=words):
            measure(EvaluationSet("gold", questions), ANONYMOUS)


def test_without_documents_there_is_nothing_to_audit(application: Application) -> None:
    with pytest.raises(NotFound, match="no documents"):
        application.quality.audit(EvaluationSet("gold", (PARKING,)), ANONYMOUS)
