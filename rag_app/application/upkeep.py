"""What follows a switch: it may be broken off at any point, and after the next switch it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.duplicates import DuplicateDetection
from storage.document_sets import DocumentSets
from storage.lexical_drift import LexicalDrift


@dataclass(frozen=True)
class Upkeep:
    """Copies and versions found; the weights of words brought in line with the length of passages."""

    duplicates: DuplicateDetection
    drift: LexicalDrift
    sets: DocumentSets

    def run(self, set_name: str) -> None:
        """Searches go on meanwhile. Raises Transient or Permanent where a store fails."""
        self.duplicates.run(set_name)
        self.drift.follow({s.name: s.live_generation for s in self.sets.all() if s.live_generation > 0})
        self.drift.rewrite()
