"""All sources of a set read one after the other, as their records describe them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ingestion.folder import Listing, list_folder
from ingestion.sources.joining import Read, joined
from ingestion.sources.limits import SourceLimits
from ingestion.sources.opening import open_source
from ingestion.sources.source import Report, no_report
from storage.errors import InvalidInput, Problem
from storage.sources import SourceRecord, Sources


@dataclass(frozen=True)
class SourceReading:
    """The sources in `records`; copies of what they hold lie below `mirrors`."""

    records: Sources
    mirrors: Path
    limits: SourceLimits

    def mirror(self, set_name: str, name: str) -> Path:
        """Where the copy of a source lies."""
        return self.mirrors / sha256(set_name.encode()).hexdigest()[:16] / (name or "_")

    def listing_of(self, set_name: str, folder: Path | None = None, report: Report = no_report) -> Listing:
        """All that the set's sources hold now; a `folder` stands in for the one without a name.

        A source that fails is told of, and what came from it stays. Raises InvalidInput where there is no
        source, and the problem of the first where all fail.
        """
        records = [record for record in self.records.of(set_name) if not (folder and record.name == "")]
        sources = [Read("", list_folder(folder))] if folder else []
        sources += [Read(record.name, self._read(record, report)) for record in records]
        if not sources:
            raise InvalidInput(
                f"The document set {set_name!r} has no source.",
                "Name a folder: rag-app ingest FOLDER, or add a source: rag-app sources add.",
            )
        failed = [source.outcome for source in sources if isinstance(source.outcome, Problem)]
        if len(failed) == len(sources):
            raise failed[0]
        return joined(sources)

    def _read(self, record: SourceRecord, report: Report) -> Listing | Problem:
        try:
            source = open_source(record, self.mirror(record.set, record.name), self.limits)
            listing = source.read(report)
        except Problem as problem:
            self.records.save_state(record.set, record.name, None, str(problem))
            return problem
        found = {"documents": len(listing.files), "bytes": sum(file.size for file in listing.files)}
        self.records.save_state(record.set, record.name, found, None)
        return listing
