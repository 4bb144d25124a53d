"""The one currency of ingestion: a batch of files that each stage enriches, never changed in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

import numpy as np
from haystack import component
from numpy.typing import NDArray

from ingestion.chunk_limits import ChunkLimits
from ingestion.conversion_worker import Failure
from ingestion.document import Document
from ingestion.folder import FolderFile
from storage.chunk import Chunk
from storage.sparse import SparseVector
from storage.vectors import ChunkIndex


@dataclass(frozen=True)
class Batch:
    """Files of one set on their way into one generation; `dense` is (len(chunks), dimension).

    `limits` are the set's; None: the installation's.
    """

    set: str
    generation: int
    files: tuple[FolderFile, ...]
    documents: tuple[Document, ...] = ()
    failures: tuple[Failure, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    dense: NDArray[np.float32] | None = None
    sparse: tuple[SparseVector, ...] = ()
    limits: ChunkLimits | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Frozen, so shared: Haystack deep-copies each component's inputs."""
        return self


class DenseDocumentEncoder(Protocol):
    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class LexicalDocumentEncoder(Protocol):
    def encode_document(self, text: str, language: str) -> SparseVector: ...


@component
class BatchEncoding:
    """Pipeline stage: every chunk's contextual text as a dense vector and as BM25 weights."""

    def __init__(self, dense: DenseDocumentEncoder, lexical: LexicalDocumentEncoder) -> None:
        self._dense = dense
        self._lexical = lexical

    @component.output_types(batch=Batch)
    def run(self, batch: Batch) -> dict[str, Any]:
        texts = [chunk.contextual_text for chunk in batch.chunks]
        sparse = tuple(self._lexical.encode_document(c.contextual_text, c.language) for c in batch.chunks)
        return {"batch": replace(batch, dense=self._dense.encode_documents(texts), sparse=sparse)}


@component
class ChunkWriting:
    """Pipeline stage: the chunks written at the batch's generation, in place of what was there of them.

    Durable on return, and unseen until the generation is published.
    """

    def __init__(self, index: ChunkIndex) -> None:
        self._index = index

    @component.output_types(batch=Batch)
    def run(self, batch: Batch) -> dict[str, Any]:
        if batch.chunks and batch.dense is not None:
            self._index.write(batch.chunks, batch.dense, batch.sparse, batch.generation)
        converted = [document.id for document in batch.documents]
        self._index.retire_documents(batch.set, converted, batch.generation)
        return {"batch": batch}
