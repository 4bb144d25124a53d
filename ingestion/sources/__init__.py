"""Where the documents of a set come from: one file or folder a kind, all read in the same way."""

from __future__ import annotations

from pathlib import Path

from ingestion.sources.contents import Bounds
from ingestion.sources.erasure import erase
from ingestion.sources.folder import FolderSource
from ingestion.sources.joining import Read, joined
from ingestion.sources.limits import SourceLimits
from ingestion.sources.mirror import Mirror
from ingestion.sources.options import (
    FolderOptions,
    GitOptions,
    UploadOptions,
    WebOptions,
    parse_options,
)
from ingestion.sources.source import Report, Source, no_report
from ingestion.sources.upload import UploadSource
from storage.sources import SourceRecord

__all__ = [
    "Read",
    "Report",
    "Source",
    "SourceLimits",
    "UploadSource",
    "erase",
    "joined",
    "no_report",
    "open_mirror",
    "open_source",
    "parse_options",
]


def open_mirror(place: Path, limits: SourceLimits) -> Mirror:
    return Mirror(place, Bounds(limits.max_file_bytes, limits.max_bytes))


def open_source(record: SourceRecord, mirror: Path, limits: SourceLimits) -> Source:
    """The source as its record describes it, with its copy in the folder `mirror`. Raises InvalidInput."""
    options = parse_options(record.kind, record.options)
    if isinstance(options, FolderOptions):
        return FolderSource(Path(options.path))
    copy = open_mirror(mirror, limits)
    if isinstance(options, UploadOptions):
        return UploadSource(copy)
    if isinstance(options, WebOptions):
        from ingestion.sources.web.source import WebSource

        return WebSource(options, copy, limits)
    if isinstance(options, GitOptions):
        from ingestion.sources.git.source import GitSource

        return GitSource(options, copy, limits)
    from ingestion.sources.object_store import ObjectStoreSource, open_file_system

    return ObjectStoreSource(options, copy, open_file_system(options, limits))
