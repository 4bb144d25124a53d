"""Deleting for good: a document set, or one document of all its generations, with all that rests on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag_app.application.set_shapes import Erased
from rag_app.application.sources import Sources
from ranking.evaluation.gold import without_document
from storage.document_sets import DocumentSets
from storage.errors import NotFound
from storage.feedback.erasure import Erasure
from storage.feedback.questions import QuestionIndex
from storage.vectors import ChunkIndex

SETTLE_SECONDS = 5.0  # what was answered a moment ago may still wait to be written


@dataclass(frozen=True)
class Erasing:
    """Each step may be repeated, and what tells that there is something to erase goes last.

    `forget_scores` gets hashes of passages; `compact` leaves nothing deleted in the files of the stores.
    """

    sets: DocumentSets
    index: ChunkIndex
    erasure: Erasure
    questions: QuestionIndex
    settle: Callable[[float], object]
    forget_scores: Sequence[Callable[[Collection[str]], object]]
    compact: Sequence[Callable[[], object]]
    data_dir: Path
    sources: Sources

    def delete(self, set_name: str) -> Erased:
        """Raises NotFound, or Transient where a store does not answer: then run it again."""
        if self.sets.find(set_name) is None:
            raise NotFound(f"There is no document set {set_name!r}.", "See `rag-app sets list`.")
        chunks = self._erase_indexed(set_name, None)
        found = self.erasure.erase(set_name)
        self.sources.erase_all(set_name)
        self.sets.delete(set_name)
        self.write_anew()
        return Erased(
            set=set_name,
            document=None,
            revisions=found.revisions,
            chunks=chunks,
            passages=found.passages,
            votes=found.votes,
            answers=found.answers,
            still_at=None,
        )

    def purge(self, set_name: str, document_id: str) -> Erased:
        """Raises NotFound for what nothing speaks of, or Transient: then run it again."""
        found_set = self.sets.find(set_name)
        if found_set is None or not self.erasure.knows(set_name, document_id):
            raise NotFound(
                f"There is no document {document_id!r} in a set {set_name!r}.",
                "Give set and document as search results name them.",
            )
        chunks = self._erase_indexed(set_name, document_id)
        still_at = self.sources.erase(set_name, document_id) or self._erase_copies(set_name, document_id)
        if found_set.gate_gold is not None:
            self.sets.change(set_name, gate_gold=without_document(found_set.gate_gold, document_id) or None)
        found = self.erasure.erase(set_name, document_id)
        self.write_anew()
        return Erased(
            set=set_name,
            document=document_id,
            revisions=found.revisions,
            chunks=chunks,
            passages=found.passages,
            votes=found.votes,
            answers=found.answers,
            still_at=still_at,
        )

    def _erase_indexed(self, set_name: str, document_id: str | None) -> int:
        """Scores, vectors of questions and points; how many points."""
        self.settle(SETTLE_SECONDS)
        contents = self.index.contents(set_name, document_id)
        for forget in self.forget_scores:
            forget(contents)
        self.questions.forget(self.erasure.questions(set_name, document_id))
        if document_id is None:
            return self.index.delete_set(set_name)
        return self.index.delete_document(set_name, document_id)

    def write_anew(self) -> None:
        """Leaves nothing that was deleted in files of the stores. Raises Transient while they are read."""
        for compact in self.compact:
            compact()

    def _erase_copies(self, set_name: str, document_id: str) -> str | None:
        """Deletes what the data folder holds of it; returns the place elsewhere where it still is."""
        still_at = None
        for path, alone in self.erasure.files(set_name, document_id).items():
            place = Path(path)
            if place.is_relative_to(self.data_dir) and alone:
                place.unlink(missing_ok=True)
            elif place.exists():
                still_at = path
        return still_at
