"""The administration over a real database and real uploads, with no model and no index behind them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from fastapi.testclient import TestClient

from api.app import create_app
from ingestion.sources.limits import SourceLimits
from ingestion.sources.reading import SourceReading
from rag_app.application import Application, Duplicates, Sets, Sources
from storage.catalogue import Catalogue
from storage.database import open_database, sqlite_url
from storage.document_sets import DocumentSets
from storage.generation_history import GenerationHistory
from storage.generations import Generations
from storage.likenesses import Likenesses
from storage.sources import Sources as SourceRecords

LOCAL = "http://127.0.0.1:8000"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NONE: Any = None
SET = "/api/admin/document-sets"


def admin_client(application: Any, **options: Any) -> TestClient:
    """As this machine calls it."""
    app = create_app(cast(Application, application), **options)
    return TestClient(app, base_url=LOCAL, client=("127.0.0.1", 50_000), raise_server_exceptions=False)


@contextmanager
def administered(folder: Path, max_file_bytes: int = 1_000, **verbs: Any) -> Iterator[SimpleNamespace]:
    """An application with the verbs of sets and sources; `verbs` are put in place of others."""
    database = open_database(sqlite_url(folder / "admin.db"))
    sets, catalogue = DocumentSets(database, lambda: NOON), Catalogue(database)
    generations, history = Generations(database, lambda: NOON), GenerationHistory(database, lambda: NOON)
    limits = SourceLimits(max_file_bytes=max_file_bytes, max_bytes=100_000)
    records = SourceRecords(database, lambda: NOON)
    try:
        yield SimpleNamespace(
            sets=Sets(
                sets=sets,
                catalogue=catalogue,
                generations_of=generations,
                history=history,
                cleaning=NONE,
                erasing=NONE,
                anchoring=NONE,
                gating=NONE,
                alone=lambda _set, _principal: nullcontext(),
                half_life_days=365.0,
                now=lambda: NOON,
            ),
            sources=Sources(SourceReading(records, folder / "sources", limits)),
            duplicates=Duplicates(sets, Likenesses(database)),
            generations=generations,
            catalogue=catalogue,
            jobs=NONE,
            close=lambda: None,
            **verbs,
        )
    finally:
        database.close()
