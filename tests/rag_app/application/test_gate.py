"""The gate, over a real small index and the real question path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag_app.application import ANONYMOUS, Application
from storage.errors import Permanent

PARKING = "# Parking\n\nThe car park opens at 6:30. Visitors park on level 2.\n"
GOLD = [
    {
        "id": "hours",
        "question": "When does the car park open?",
        "labels": [{"document": "parking.md", "grade": 2, "quotation": "The car park opens at 6:30."}],
    },
    {
        "id": "machine",
        "question": "Who descales the coffee machine?",
        "labels": [{"document": "coffee.md", "grade": 2}],
    },
    {"id": "nobody", "question": "Who won in 1966?", "answerable": False},
]


@pytest.fixture
def gated(application: Application, folder: Path) -> Application:
    application.documents.ingest(folder)
    text = "\n".join(json.dumps(line) for line in GOLD)
    application.sets.change("office", ANONYMOUS, gate_gold=text)
    return application


def test_a_fall_stops_the_switch_and_names_the_questions(gated: Application, folder: Path) -> None:
    (folder / "parking.md").unlink()
    (folder / "news.md").write_text("# News\n\nThe canteen has a new cook.\n")

    with pytest.raises(
        Permanent, match=r"keep generation 2 from becoming live.*hours .*1\.00 -> 0\.00"
    ) as told:
        gated.documents.ingest(folder)

    assert "machine" not in str(told.value)
    assert "rag-app sets gate office" in told.value.remedy
    assert gated.sets.show("office").generation == 1
    found = gated.answers.search("When does the car park open?", ANONYMOUS)
    assert found.results[0].document == "parking.md"
    report = gated.sets.gate("office")
    assert (report.live, report.candidate, report.passed) == (1, 2, False)
    assert [(q.id, q.level, q.before, q.after) for q in report.fallen] == [
        ("hours", "document", 1.0, 0.0),
        ("hours", "passage", 1.0, 0.0),
    ]
    by_document, by_passage = report.levels
    assert (by_document.questions, by_document.before, by_document.after) == (2, 1.0, 0.5)
    assert (by_passage.questions, by_passage.fall) == (1, 1.0)

    (folder / "parking.md").write_text(PARKING)
    assert gated.documents.ingest(folder).generation == 3


def test_words_that_are_gone_from_a_document_that_stays_are_a_fall_by_passage(
    gated: Application, folder: Path
) -> None:
    (folder / "parking.md").write_text("# Parking\n\nThe car park is closed for repairs until May.\n")
    with pytest.raises(Permanent, match="by passage"):
        gated.documents.ingest(folder)
    assert {q.level for q in gated.sets.gate("office").fallen} == {"passage"}


def test_what_is_no_fall_beyond_the_limit_passes(gated: Application, folder: Path) -> None:
    (folder / "news.md").write_text("# News\n\nThe canteen has a new cook.\n")
    assert gated.documents.ingest(folder).generation == 2
    report = gated.sets.gate("office")
    assert (report.live, report.candidate, report.passed, report.fallen) == (2, 2, True, [])

    (folder / "parking.md").unlink()
    gated.sets.change("office", ANONYMOUS, gate_fall=1.0)
    assert gated.documents.ingest(folder).generation == 3


def test_without_gold_questions_or_a_live_generation_nothing_gates(
    application: Application, folder: Path
) -> None:
    application.sets.create("office", ANONYMOUS, gate_gold=json.dumps(GOLD[0]))
    assert application.documents.ingest(folder).generation == 1
    application.sets.change("office", ANONYMOUS, gate_gold=None)
    (folder / "parking.md").unlink()
    assert application.documents.ingest(folder).generation == 2
    assert application.sets.gate("office").levels == []


def test_the_gate_leaves_no_trace(gated: Application) -> None:
    gated.sets.gate("office")
    assert list(gated.feedback.export()) == []
    gated.feedback.recorder.settle(5)
    with gated.feedback.votes._database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM shown").scalar() == 0
