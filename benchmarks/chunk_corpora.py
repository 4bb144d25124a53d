"""Data sets chunked and searched in memory, as the index would: exact vectors, BM25 and their fusion."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ingestion.chunk_limits import ChunkLimits
from ingestion.chunking import chunk
from ingestion.converters import convert
from ingestion.document import Document
from ingestion.folder import list_folder
from rag_app.application.corpus import write_corpus
from ranking.evaluation.datasets import read_dataset
from ranking.evaluation.evaluation_set import Question
from ranking.evaluation.passages import passage_relevance
from ranking.fusion import fuse
from storage.chunk import Chunk
from storage.encoding.dense import DenseEncoder
from storage.encoding.lexical import LexicalEncoder
from storage.errors import Problem
from storage.inference import InferencePool

DEPTH = 50


@dataclass(frozen=True)
class Corpus:
    """A data set converted, with those of its questions whose document holds what they quote."""

    name: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Passages:
    """A corpus in one chunk size: `tokens` of each passage with its headings, rows in the chunks' order."""

    chunks: Mapping[str, Chunk]
    tokens: Mapping[str, int]
    dense: NDArray[np.float32] | None
    sparse: csr_array
    columns: Mapping[int, int]
    idf: NDArray[np.float64]
    lexical: LexicalEncoder


def read_corpus(folder: Path) -> Corpus:
    """Files that cannot be read are left out, as ingestion does."""
    dataset = read_dataset(folder)
    documents = []
    with tempfile.TemporaryDirectory() as place:
        evaluation = write_corpus(dataset, Path(place))
        for file in list_folder(Path(place)).files:
            try:
                documents.append(convert(file.path, file.document_id, now=datetime.now(UTC)))
            except Problem as problem:
                print(f"left out: {problem}", file=sys.stderr)
    whole = {made.id: Chunk("whole", made.id, 0, made.text, made.title) for made in documents}
    founded = passage_relevance(evaluation.answerable, whole).grades
    questions = tuple(question for question in evaluation.answerable if question.id in founded)
    return Corpus(folder.name, tuple(documents), questions)


class Searcher:
    """Embeds every passage and question once, whatever sizes have it; `kept` is for the next run."""

    def __init__(self, name: str, folder: Path, pool: InferencePool, kept: Path) -> None:
        self._encoder = DenseEncoder(name, folder, pool)
        self._kept = kept / f"study-{self._encoder.version}.npz"
        self._vectors: dict[str, NDArray[np.float32]] = {}
        if self._kept.exists():
            with np.load(self._kept) as found:
                self._vectors = dict(zip(found["texts"].tolist(), found["vectors"], strict=True))

    def passages(self, corpus: Corpus, limits: ChunkLimits, embedded: bool = True) -> Passages:
        """Without being embedded, BM25 alone finds them."""
        made = [item for document in corpus.documents for item in chunk(document, "s", self._encoder, limits)]
        chunks = {f"{item.document_id}#{item.ordinal}": item for item in made}
        texts = [item.contextual_text for item in chunks.values()]
        if embedded:
            self._embed(texts)
        counted = LexicalEncoder(1.0)
        lexical = LexicalEncoder(float(np.mean([len(counted.terms(text)) for text in texts])))
        tokens = {key: len(self._encoder.token_offsets(item.contextual_text)) for key, item in chunks.items()}
        dense = np.stack([self._vectors[_digest(text)] for text in texts]) if embedded else None
        return Passages(chunks, tokens, dense, *_weights(texts, lexical), lexical)

    def fused(self, passages: Passages, question: str) -> list[str]:
        """Ids of the best passages: of both branches, or of BM25 where nothing is embedded."""
        ids = list(passages.chunks)
        by_bm25 = passages.sparse @ self._weighted(passages, question)
        best = {"bm25": [ids[row] for row in np.argsort(-by_bm25, kind="stable")[:DEPTH] if by_bm25[row] > 0]}
        if passages.dense is not None:
            by_dense = passages.dense @ self._asked(question)
            best["dense"] = [ids[row] for row in np.argsort(-by_dense, kind="stable")[:DEPTH]]
        return [found.id for found in fuse(best, DEPTH)]

    def _asked(self, question: str) -> NDArray[np.float32]:
        key = _digest(f"question {question}")
        if key not in self._vectors:
            self._vectors[key] = self._encoder.encode_question(question)
        return self._vectors[key]

    def _weighted(self, passages: Passages, question: str) -> NDArray[np.float64]:
        terms = passages.lexical.encode_question(question)
        query = np.zeros(passages.sparse.shape[1])
        for index, weight in zip(terms.indices, terms.values, strict=True):
            if index in passages.columns:
                query[passages.columns[index]] = weight * passages.idf[passages.columns[index]]
        return query

    def save(self) -> None:
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            self._kept, texts=np.array(list(self._vectors)), vectors=np.stack(list(self._vectors.values()))
        )

    def _embed(self, texts: list[str]) -> None:
        fresh = {_digest(text): text for text in texts if _digest(text) not in self._vectors}
        if fresh:
            self._vectors |= zip(fresh, self._encoder.encode_documents(list(fresh.values())), strict=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _weights(
    texts: list[str], lexical: LexicalEncoder
) -> tuple[csr_array, Mapping[int, int], NDArray[np.float64]]:
    """Term weights (passages, terms), the column of each term, and its inverse document frequency."""
    vectors = [lexical.encode_document(text) for text in texts]
    columns: dict[int, int] = {}
    for vector in vectors:
        for index in vector.indices:
            columns.setdefault(index, len(columns))
    starts = np.cumsum([0, *(len(vector.indices) for vector in vectors)])
    data = np.array([value for vector in vectors for value in vector.values])
    places = np.array([columns[index] for vector in vectors for index in vector.indices])
    sparse = csr_array((data, places, starts), shape=(len(texts), len(columns)))
    holding = np.bincount(places, minlength=len(columns))
    return sparse, columns, np.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
