"""The bounds that the settings put on sources."""

from __future__ import annotations

from ipaddress import ip_network

from ingestion.sources.limits import SourceLimits
from rag_app.settings import Settings

MEGABYTE = 1_000_000


def source_limits(settings: Settings) -> SourceLimits:
    bounds = settings.sources
    return SourceLimits(
        max_file_bytes=settings.ingestion.max_file_megabytes * MEGABYTE,
        max_bytes=bounds.max_megabytes * MEGABYTE,
        networks=tuple(ip_network(part.strip()) for part in bounds.networks.split(",") if part.strip()),
        git_protocols=frozenset(bounds.git_protocols.split(",")),
        timeout_seconds=bounds.timeout_seconds,
        git_seconds=bounds.git_seconds,
        user_agent=bounds.user_agent,
    )
