"""The sources of document sets, with the bounds that the settings put on them."""

from __future__ import annotations

from ipaddress import ip_network

from ingestion.sources import SourceLimits
from rag_app.application.sources import Sources
from rag_app.bootstrap.stores import utc_now
from rag_app.settings import Settings
from storage.database import Database
from storage.sources import Sources as SourceRecords

MEGABYTE = 1_000_000


def open_sources(settings: Settings, database: Database) -> Sources:
    bounds = settings.sources
    limits = SourceLimits(
        max_file_bytes=settings.ingestion.max_file_megabytes * MEGABYTE,
        max_bytes=bounds.max_megabytes * MEGABYTE,
        networks=tuple(ip_network(part.strip()) for part in bounds.networks.split(",") if part.strip()),
        git_protocols=frozenset(bounds.git_protocols.split(",")),
        timeout_seconds=bounds.timeout_seconds,
        git_seconds=bounds.git_seconds,
        user_agent=bounds.user_agent,
    )
    return Sources(SourceRecords(database, utc_now), settings.data_dir / "sources", limits)
