from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.completion import completed
from ingestion.document import Document
from ingestion.folder import FolderFile

WRITTEN, CHANGED = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC)
FILE = FolderFile(
    "a.md", Path("a"), 1, CHANGED, url="https://e.com/a", created=WRITTEN, author="Ann", dated=True
)
PLAIN = Document("a.md", "A", (), kind="markdown")


def test_what_a_document_does_not_state_its_source_knows() -> None:
    found = completed(PLAIN, FILE)
    assert (found.created, found.modified, found.author, found.url) == (
        WRITTEN,
        CHANGED,
        "Ann",
        "https://e.com/a",
    )


def test_its_own_dates_and_author_stand() -> None:
    own = replace(PLAIN, created=CHANGED, modified=WRITTEN, author="Bo")
    found = completed(own, FILE)
    assert (found.created, found.modified, found.author) == (CHANGED, WRITTEN, "Bo")


@pytest.mark.parametrize(
    ("kind", "dated", "modified"),
    [("markdown", True, CHANGED), ("markdown", False, None), ("pdf", True, None)],
)
def test_a_history_knows_of_changes_after_the_creation_that_a_text_states(
    kind: str, dated: bool, modified: datetime | None
) -> None:
    stated = replace(PLAIN, created=WRITTEN, kind=kind)
    assert completed(stated, replace(FILE, dated=dated)).modified == modified


def test_a_history_that_ends_before_the_stated_creation_tells_nothing() -> None:
    stated = replace(PLAIN, created=CHANGED)
    assert completed(stated, replace(FILE, modified=WRITTEN)).modified is None
