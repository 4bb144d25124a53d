"""json.md names every field of every shape, and none that does not exist."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields as fields_of
from typing import Any, get_args

import httpx
import numpy as np
import pytest
from pydantic import BaseModel

from api.requests import ChatRequest, FeedbackRequest, FiltersRequest, SearchRequest
from api.routes.admin.requests import SetCreation, SourceCreation
from rag_app import schemas
from rag_app.application.anchoring import AnchorReport, LostAnchor
from rag_app.application.batch_ranking import BatchRanking
from rag_app.application.duplicates import DuplicatePair
from rag_app.application.gate import GateLevel, GateQuestion, GateReport
from rag_app.application.learning import LearnedLevel, LearnReport
from rag_app.application.rankers import RankerEntry, RankerStatus
from rag_app.application.set_shapes import (
    CleanedUp,
    Erased,
    GenerationEntry,
    RolledBack,
    SetDocument,
    SetOptions,
)
from rag_app.application.sources import SourceShape, UploadedFile
from rag_app.application.status import SetStatus, Status
from rag_app.application.uploads import RefusedFile
from rag_app.jobs.events import JobEvent
from rag_app.jobs.report import DocumentProblem, IngestionReport
from rag_app.jobs.shapes import JobStatus, QuarantinedDocument
from rag_app.settings import setting_names
from ranking.evaluation.evaluation_set import EvaluationSet, Question, Quotation
from ranking.evaluation.refusal import refusal
from ranking.evaluation.rendering import to_json
from ranking.evaluation.report import evaluate
from ranking.evaluation.segments import ENOUGH
from storage.chunk import Chunk
from storage.models.store import Damage
from tests.docs.checkout import Checkout
from tests.docs.output import differences
from tests.docs.pages import CODE, ROOT, blocks, names_under, table_under

PAGE = ROOT / "docs" / "json.md"
SHAPES: dict[str, type[BaseModel]] = {
    "Search request": SearchRequest,
    "Filters": FiltersRequest,
    "Search response": schemas.SearchResponse,
    "Expansion": schemas.ExpansionShape,
    "Source": schemas.Source,
    "Explanation": schemas.ExplanationShape,
    "Signal": schemas.SignalShape,
    "Versions": schemas.Versions,
    "Chat request": ChatRequest,
    "Answer": schemas.Answer,
    "Usage": schemas.Usage,
    "Feedback request": FeedbackRequest,
    "Feedback receipt": schemas.FeedbackReceipt,
    "Feedback line": schemas.FeedbackLine,
    "Ingestion report": IngestionReport,
    "Document problem": DocumentProblem,
    "Job": JobStatus,
    "Quarantine": QuarantinedDocument,
    "Status": Status,
    "Ranker status": RankerStatus,
    "Learn report": LearnReport,
    "Learned level": LearnedLevel,
    "Batch ranking": BatchRanking,
    "Ranker": RankerEntry,
    "Document set": SetStatus,
    "Duplicate pair": DuplicatePair,
    "Set options": SetOptions,
    "Generations": GenerationEntry,
    "Rollback": RolledBack,
    "Clean-up": CleanedUp,
    "Gate report": GateReport,
    "Gate level": GateLevel,
    "Gate question": GateQuestion,
    "Anchor report": AnchorReport,
    "Lost anchor": LostAnchor,
    "Erasure": Erased,
    "Set source": SourceShape,
    "Uploaded file": UploadedFile,
    "Set request": SetCreation,
    "Set document": SetDocument,
    "Source request": SourceCreation,
    "Refused file": RefusedFile,
}
MAPS = (
    "levels",
    "stages",
    "means",
    "against_baseline",
    "latency_ms",
    "ablations",
    "brings",
    "segments",
    "ndcg@5",
)


@pytest.mark.parametrize(("heading", "shape"), SHAPES.items(), ids=list(SHAPES))
def test_every_field_of_a_shape_is_described_in_its_order(heading: str, shape: type[BaseModel]) -> None:
    assert [row[0].strip("`") for row in table_under(PAGE, heading)] == list(shape.model_fields)


def test_every_public_shape_has_a_table() -> None:
    public = {found for found in vars(schemas).values() if isinstance(found, type)}
    shapes = {s for s in public if issubclass(s, BaseModel) and s.__module__ == schemas.__name__}
    events = set(get_args(schemas.AnswerEvent))
    assert {s for s in shapes - events if not s.__name__.startswith("_")} <= set(SHAPES.values())


def test_every_event_is_described_with_its_fields_in_the_order_in_which_they_come() -> None:
    described = {
        row[0].strip("`"): CODE.findall(row[1]) for row in table_under(PAGE, "Events of a streamed answer")
    }
    events = {
        event.model_fields["type"].default: [name for name in event.model_fields if name != "type"]
        for event in get_args(schemas.AnswerEvent)
    }
    assert list(described.items()) == list(events.items())


def test_every_event_of_a_job_is_described() -> None:
    described = {row[0].strip("`"): CODE.findall(row[1]) for row in table_under(PAGE, "Events of a job")}
    events = {
        event.model_fields["type"].default: [n for n in event.model_fields if n not in ("type", "event_id")]
        for event in (*get_args(JobEvent), schemas.ErrorEvent)
    }
    assert list(described.items()) == list(events.items())


def test_every_path_of_an_evaluation_is_described() -> None:
    gold = EvaluationSet(
        "gold",
        (
            *(
                Question(f"q{n}", "When?", {"d1": 1}, (Quotation("d1", "at noon", 1),), segment="time")
                for n in range(ENOUGH)
            ),
            Question("nobody knows", "Who?"),
        ),
    )
    chunks = {"c1": Chunk("s", "d1", 0, "It opens at noon.", "Lunch")}
    rankings = {stage: {"q1": ["c1"]} for stage in ("bm25", "dense", "fused", "ensemble")}
    report = evaluate(
        gold,
        rankings,
        chunks,
        np.random.default_rng(1),
        ablations={"freshness": {"q1": ["c1"]}},
        milliseconds={"total": [1.0]},
        refusal=refusal(gold, {"q1": 0.9, "nobody knows": 0.1}, 0.5),
    )

    described = set(names_under(PAGE, "Evaluation"))

    optional = {"refusal", "levels.*.segments.*.ensemble_against_baseline"}
    assert described - optional == set(_paths(to_json(report)))
    assert optional <= described


def test_every_field_of_a_model_is_described(checkout: Checkout) -> None:
    models = json.loads(checkout.run(".venv/bin/rag-app models list --json"))
    fields = {f"models[].{name}" for model in models["models"] for name in model}
    assert set(names_under(PAGE, "Models")) == {*models, *fields}


def test_every_field_of_a_damaged_file_is_described() -> None:
    fields = {f"damaged[].{field.name}" for field in fields_of(Damage)}
    assert set(names_under(PAGE, "Damaged model files")) == {"damaged", *fields}


def test_the_configuration_is_nested_as_its_settings_are_named(checkout: Checkout) -> None:
    values = json.loads(checkout.run(".venv/bin/rag-app config --json"))
    names = [
        f"RAG_APP_{name}__{inner}".upper() if isinstance(value, dict) else f"RAG_APP_{name}".upper()
        for name, value in values.items()
        for inner in (value if isinstance(value, dict) else [""])
    ]
    assert names == setting_names()


def test_problem_details_are_what_a_server_sends(checkout: Checkout) -> None:
    checkout.run(".venv/bin/rag-app serve")
    (example,) = [
        json.loads(b.text) for b in blocks(PAGE) if b.language == "json" and "about:blank" in b.text
    ]

    def problem(body: dict[str, Any]) -> Any:
        return httpx.post(f"{checkout.served}/api/search", json=body, timeout=60).json()

    unknown = problem({"question": "leave", "sets": ["secret"]})
    invalid = problem({"question": "leave", "limit": 1000})

    assert differences(example, unknown) == []
    assert example["detail"] == unknown["detail"]
    assert {row[0].strip("`") for row in table_under(PAGE, "Problem details")} == {*unknown, *invalid}
    assert set(invalid["errors"][0]) == {"field", "message"}


def _paths(value: Any, place: str = "") -> Iterator[str]:
    """Dotted paths to all leaves; the keys of maps are stars."""
    if not isinstance(value, dict):
        yield place
        return
    for key, inner in value.items():
        name = "*" if place.rpartition(".")[2] in MAPS else key
        yield from _paths(inner, f"{place}.{name}".removeprefix("."))
