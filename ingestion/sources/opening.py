"""From the record of a source to the source."""

from __future__ import annotations

from pathlib import Path

from ingestion.sources.contents import Bounds
from ingestion.sources.folder import FolderSource
from ingestion.sources.limits import SourceLimits
from ingestion.sources.mirror import Mirror
from ingestion.sources.options import (
    FolderOptions,
    GitOptions,
    UploadOptions,
    WebOptions,
    parse_options,
)
from ingestion.sources.source import Source
from ingestion.sources.upload import UploadSource
from storage.sources import SourceRecord


def open_mirror(place: Path, limits: SourceLimits) -> Mirror:
    return Mirror(place, Bounds(limits.max_file_bytes, limits.max_bytes))


def open_source(record: SourceRecord, mirror: Path, limits: SourceLimits) -> Source:
    """The source as its record describes it, with its copy in the folder `mirror`. Raises InvalidInput.

    The client of each kind is loaded for it alone.
    """
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
