from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rag_app.application.sets import Sets
from storage.database import open_database, sqlite_url
from storage.document_sets import DocumentSets
from storage.errors import NotFound

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def sets(tmp_path: Path) -> Iterator[Sets]:
    database = open_database(sqlite_url(tmp_path / "rag.db"))
    stored = DocumentSets(database, lambda: MOMENT)
    stored.create("handbook", folder="/docs")
    yield Sets(stored)
    database.close()


def test_a_change_is_shown(sets: Sets) -> None:
    changed = sets.change(
        "handbook", groups=["b", "a"], score_cache=False, glossary="# x\nPTO = paid time off"
    )
    assert changed.model_dump() == {
        "name": "handbook",
        "folder": "/docs",
        "generation": 0,
        "groups": ["a", "b"],
        "half_life_days": 365.0,
        "score_cache": False,
        "glossary": [["PTO", "paid time off"]],
        "created": MOMENT,
        "updated": MOMENT,
    }
    assert sets.show("handbook") == changed
    assert sets.all() == [changed]
    assert sets.glossary("handbook") == "# x\nPTO = paid time off"


def test_an_unknown_set_is_named(sets: Sets) -> None:
    for ask in (sets.show, sets.glossary, sets.change):
        with pytest.raises(NotFound, match="'handbok'"):
            ask("handbok")
