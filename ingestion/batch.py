"""The one currency of ingestion: a batch of files that each stage enriches, never changed in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self

import numpy as np
from haystack import component
from numpy.typing import NDArray

from ingestion.chunk_limits import ChunkLimits
from ingestion.conversion_worker import Failure
from ingestion.document import Document
from ingestion.folder import FolderFile
from ingestion.reuse import Plan, plan
from storage.chunk import Chunk
from storage.sparse import SparseVector
from storage.standing import StandingPoints
from storage.vectors import ChunkIndex


@dataclass(frozen=True)
class Batch:
    """Files of one set on their way into one generation.

    `plan` says which of `chunks` are written, with `dense` (len(plan.new), dimension) and `sparse`, and
    `embedded` how many texts the model had to read for it; `lexical` names what made `sparse`. `limits` are
    the set's; None: the installation's.
    """

    set: str
    generation: int
    files: tuple[FolderFile, ...]
    documents: tuple[Document, ...] = ()
    failures: tuple[Failure, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    plan: Plan = field(default_factory=Plan)
    dense: NDArray[np.float32] | None = None
    sparse: tuple[SparseVector, ...] = ()
    lexical: str = ""
    embedded: int = 0
    limits: ChunkLimits | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Frozen, so shared: Haystack deep-copies each component's inputs."""
        return self


class DenseDocumentEncoder(Protocol):
    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class LexicalDocumentEncoder(Protocol):
    @property
    def version(self) -> str: ...

    def encode_document(self, text: str, language: str) -> SparseVector: ...


@component
class BatchEncoding:
    """Pipeline stage: the contextual text of every chunk that is new or has changed, as a dense vector and as
    BM25 weights. What has a vector already is not embedded again.
    """

    def __init__(
        self, dense: DenseDocumentEncoder, lexical: LexicalDocumentEncoder, standing: StandingPoints
    ) -> None:
        self._dense = dense
        self._lexical = lexical
        self._standing = standing

    @component.output_types(batch=Batch)
    def run(self, batch: Batch) -> dict[str, Any]:
        lexical = self._lexical.version
        converted = [document.id for document in batch.documents]
        standing = self._standing.of(batch.set, converted, batch.generation)
        planned = plan(batch.chunks, standing, lexical, batch.generation)
        chunks = [batch.chunks[row] for row in planned.new]
        dense, embedded = self._embedded(chunks, planned.donors)
        sparse = tuple(self._lexical.encode_document(c.contextual_text, c.language) for c in chunks)
        encoded = replace(batch, plan=planned, dense=dense, sparse=sparse, lexical=lexical, embedded=embedded)
        return {"batch": encoded}

    def _embedded(
        self, chunks: Sequence[Chunk], donors: Mapping[str, str]
    ) -> tuple[NDArray[np.float32] | None, int]:
        """(len(chunks), dimension), None without any; and how many different texts were new."""
        hashes = dict.fromkeys(chunk.content_hash for chunk in chunks)
        stored = self._standing.dense([donors[content] for content in hashes if content in donors])
        vectors = {content: stored[donors[content]] for content in hashes if donors.get(content) in stored}
        texts = {c.content_hash: c.contextual_text for c in chunks if c.content_hash not in vectors}
        if texts:
            made = self._dense.encode_documents(list(texts.values()))
            vectors.update(zip(texts, made, strict=True))
        return np.stack([vectors[c.content_hash] for c in chunks]) if chunks else None, len(texts)


@component
class ChunkWriting:
    """Pipeline stage: new chunks written at the batch's generation, in place of what their documents had.

    Durable on return, and unseen until the generation is published. May be repeated, also where an earlier
    attempt saw other contents. `retire_beside` hides what another embedding model made of the documents.
    """

    def __init__(
        self,
        index: ChunkIndex,
        retire_beside: Callable[[str, Sequence[str], int], None] = lambda _set, _documents, _generation: None,
    ) -> None:
        self._index = index
        self._retire_beside = retire_beside

    @component.output_types(batch=Batch)
    def run(self, batch: Batch) -> dict[str, Any]:
        if batch.dense is not None:
            new = [batch.chunks[row] for row in batch.plan.new]
            self._index.write(new, batch.dense, batch.sparse, batch.generation, batch.lexical)
        self._index.retire(batch.plan.retired, batch.generation)
        self._index.restore(batch.plan.restored, batch.generation)
        self._index.delete(batch.plan.leftover)
        converted = [document.id for document in batch.documents]
        self._retire_beside(batch.set, converted, batch.generation)
        return {"batch": batch}
