"""Taking one document out of a source's copy, for good."""

from __future__ import annotations

import shutil

from ingestion.sources.entry import Entry
from ingestion.sources.mirror import Mirror

WAIT_SECONDS = 5.0


def erase(mirror: Mirror, document_id: str, is_source: bool) -> str | None:
    """Where the document still is: its name at the source, unless the copy `is_source` itself.

    One that lies in an archive stays in the copy with it. Transient while the source is being read.
    """
    if not mirror.place.exists():
        return None
    with mirror.alone(WAIT_SECONDS):
        entry = _entry(mirror, document_id)
        if entry is None:
            return None
        if entry.about.document_id == document_id:
            mirror.drop(entry.locator)
            mirror.finish(grace_seconds=0)
            shutil.rmtree(mirror.place / "repository.git", ignore_errors=True)  # fetched anew when it is read
            if is_source:
                return None
        return entry.about.url or entry.locator


def _entry(mirror: Mirror, document_id: str) -> Entry | None:
    places = {entry.about.document_id: entry for entry in mirror.entries.values()}
    parts = document_id.split("/")
    names = ("/".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((places[name] for name in names if name in places), None)
