"""The sources of document sets: their records, their copies, their bounds."""

from __future__ import annotations

from ingestion.sources.reading import SourceReading
from rag_app.bootstrap.stores import utc_now
from rag_app.settings import Settings
from rag_app.source_limits import source_limits
from storage.database import Database
from storage.sources import Sources


def open_sources(settings: Settings, database: Database) -> SourceReading:
    """Needs no model and loads no client before it is used."""
    return SourceReading(Sources(database, utc_now), settings.data_dir / "sources", source_limits(settings))
