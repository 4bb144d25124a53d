"""How each set's documents are cut: by its own numbers where it has some, else by the installation's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ingestion.chunk_limits import ChunkLimits
from storage.document_sets import DocumentSet


@dataclass(frozen=True)
class SetChunking:
    """`analysis` names how words are told apart, `embedder` gives the key of the embedding model: what
    changes either makes passages anew, too.
    """

    installation: ChunkLimits
    analysis: str
    embedder: Callable[[], str]

    def limits(self, found: DocumentSet | None) -> ChunkLimits:
        """Of a set, or of one that is yet to be made."""
        if found is None:
            return self.installation
        return ChunkLimits(
            _first(found.chunk_tokens, self.installation.max_tokens),
            _first(found.min_chunk_tokens, self.installation.min_tokens),
            _first(found.overlap_sentences, self.installation.overlap_sentences),
        )

    def recipe(self, limits: ChunkLimits) -> str:
        """What a document's passages were made by: with another one, it counts as changed.

        Ends with the embedder's key, by which `Catalogue.embedder_keys` finds it.
        """
        sizes = f"{limits.max_tokens}/{limits.min_tokens}/{limits.overlap_sentences}"
        return f"{sizes}/{self.analysis}/{self.embedder()}"


def _first(own: int | None, installation: int) -> int:
    return installation if own is None else own
