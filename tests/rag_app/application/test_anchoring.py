"""What loses its words when documents change, and finds them again when only their passages do."""

from __future__ import annotations

import json
from pathlib import Path

from rag_app.application import ANONYMOUS, Application

GOLD = {
    "id": "hours",
    "question": "When does the car park open?",
    "labels": [
        {"document": "parking.md", "grade": 2, "quotation": "The car park opens at 6:30."},
        {"document": "coffee.md", "grade": 1},
    ],
}


def _told(application: Application, generation: int | None = None) -> list[tuple[str, str, str, str]]:
    report = application.sets.anchors("office", generation)
    assert (report.votes, report.gold, report.links) == (1, 2, 1)
    return [(lost.kind, lost.document, lost.of, lost.reason) for lost in report.lost]


def test_votes_labels_and_links_are_found_again_or_listed(application: Application, folder: Path) -> None:
    (folder / "index.md").write_text("# Index\n\nSee [coffee](coffee.md) and [what never was](never.md).\n")
    application.documents.ingest(folder)
    application.sets.change("office", ANONYMOUS, gate_gold=json.dumps(GOLD), gate_fall=1.0)
    shown = application.answers.search("When does the car park open?", ANONYMOUS)
    assert shown.results[0].document == "parking.md"
    application.feedback.give_feedback(shown.id, "up", ANONYMOUS, source=1)
    assert _told(application) == []

    application.sets.change("office", ANONYMOUS, chunk_tokens=32, min_chunk_tokens=0)
    application.documents.ingest(folder)
    assert _told(application) == []

    (folder / "parking.md").write_text("# Parking\n\nClosed for repairs.\n")
    (folder / "coffee.md").unlink()
    generation = application.documents.ingest(folder).generation
    lost = [
        ("gold", "coffee.md", "hours", "the document is gone"),
        ("link", "coffee.md", "index.md", "the document is gone"),
        ("vote", "parking.md", "1", "its words stand in no passage"),
        ("gold", "parking.md", "hours", "its words stand in no passage"),
    ]
    assert _told(application) == lost
    assert _told(application, generation) == lost
    assert _told(application, generation - 1) == []

    application.sets.roll_back("office", ANONYMOUS)
    assert _told(application) == []
