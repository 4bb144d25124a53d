"""Files that people hand over: the one source whose mirror is the only copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from ingestion.folder import Listing
from ingestion.sources.entry import About, Entry
from ingestion.sources.mirror import Mirror
from ingestion.sources.names import checked
from ingestion.sources.source import Report
from storage.errors import InvalidInput, NotFound

PIECE_BYTES = 1 << 20
WAIT_SECONDS = 30.0
STALE_SECONDS = 86_400.0  # an upload that takes longer than a day has been given up


@dataclass(frozen=True, slots=True)
class UploadSource:
    """The files in `mirror`; what is handed over under a name that is taken replaces it."""

    mirror: Mirror

    def read(self, report: Report) -> Listing:
        """That no file is left is no error here: somebody deleted them all."""
        with self.mirror.alone(WAIT_SECONDS):
            self.mirror.finish(unfinished_seconds=STALE_SECONDS)
            listing = self.mirror.listing()
        report("listed", len(listing.files), len(listing.files))
        return listing

    def receive(self, name: str, stream: BinaryIO, modified: datetime | None = None) -> Entry:
        """Streamed to disk; there in full when this returns, else not at all, and the former file stays.

        InvalidInput for an impossible name, an empty file or one beyond the bounds.
        """
        about = About(checked(name), datetime.now(UTC).isoformat(), modified)
        with self.mirror.alone(WAIT_SECONDS):
            pass  # what is there counts towards the bound
        with self.mirror.receiving(name, _pieces(stream), name, durable=True) as received:
            if received.size == 0:
                raise InvalidInput(f"The file {name!r} is empty.", "Fill it, or leave it out.")
            with self.mirror.alone(WAIT_SECONDS):
                entry = self.mirror.keep(name, received, about)
                self.mirror.sync()
                return entry

    def files(self) -> list[Entry]:
        """By name."""
        with self.mirror.alone(WAIT_SECONDS):
            return sorted(self.mirror.entries.values(), key=lambda entry: entry.locator)

    def delete(self, name: str) -> None:
        """Its documents leave the set with the next ingestion. Raises NotFound."""
        with self.mirror.alone(WAIT_SECONDS):
            if name not in self.mirror.entries:
                raise NotFound(
                    f"No file {name!r} was uploaded.", "List what was with `rag-app sources files`."
                )
            self.mirror.drop(name)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(PIECE_BYTES):
        yield piece
