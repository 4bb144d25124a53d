"""Deleting for good what no generation that is kept shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag_app.application.set_shapes import CleanedUp
from storage.generation_history import GenerationHistory
from storage.vectors import ChunkIndex


@dataclass(frozen=True)
class Cleaning:
    """May be stopped at any point and run again.

    `occupied` names the collections of other embedding models that hold something, and `drop_empty` deletes
    those of them that hold nothing any more: one that never did may be about to be filled.
    """

    index: ChunkIndex
    history: GenerationHistory
    occupied: Callable[[], Sequence[str]] = tuple
    drop_empty: Callable[[Sequence[str]], object] = lambda _names: None

    def clean_up(self, set_name: str) -> CleanedUp:
        """Keeps what the set's policy keeps, and what questions may still read. Raises NotFound."""
        occupied = self.occupied()
        cleaned = self.history.clean_up(set_name)
        chunks = self.index.delete_ended(set_name, cleaned.floor)
        if not self.history.building():
            self.drop_empty(occupied)
        return CleanedUp(
            set=set_name, generations=list(cleaned.numbers), revisions=cleaned.revisions, chunks=chunks
        )
