"""Deleting for good what no generation that is kept shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag_app.application.set_shapes import CleanedUp
from storage.generation_history import GenerationHistory
from storage.vectors import ChunkIndex


@dataclass(frozen=True)
class Cleaning:
    """May be stopped at any point and run again.

    `drop_empty` deletes what embedding models of former times made, once it holds nothing.
    """

    index: ChunkIndex
    history: GenerationHistory
    drop_empty: Callable[[], object] = lambda: None

    def clean_up(self, set_name: str) -> CleanedUp:
        """Keeps what the set's policy keeps, and what questions may still read. Raises NotFound."""
        cleaned = self.history.clean_up(set_name)
        chunks = self.index.delete_ended(set_name, cleaned.floor)
        if not self.history.building():
            self.drop_empty()
        return CleanedUp(
            set=set_name, generations=list(cleaned.numbers), revisions=cleaned.revisions, chunks=chunks
        )
