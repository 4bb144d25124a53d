"""A folder of this machine, read in place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingestion.folder import Listing, list_folder
from ingestion.sources.source import Report


@dataclass(frozen=True, slots=True)
class FolderSource:
    """All files below `folder`; nothing is copied."""

    folder: Path

    def read(self, report: Report) -> Listing:
        """InvalidInput where the folder is missing, cannot be read or holds no file."""
        listing = list_folder(self.folder)
        report("listed", len(listing.files), len(listing.files))
        return listing
