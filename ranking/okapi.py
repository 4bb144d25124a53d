"""BM25 by the rank-bm25 library, in memory, for small corpora: the same numbers as the vector store's.

Built from the live chunks when a generation is first asked for; scoring looks at every chunk.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from storage.chunk import Chunk
from storage.encoding.lexical import LexicalEncoder
from storage.errors import Permanent
from storage.scope import Scope, may_read
from storage.sparse import SparseVector
from storage.vectors import ChunkIndex, Hit, by_words

MAX_CHUNKS = 20_000
KEPT_CORPORA = 4
NO_WORDS = SparseVector((), ())

Generations = tuple[tuple[str, int], ...]


class OkapiSource:
    """A `ranking.retrieval.CandidateSource`: passages by meaning from `index`, by words from memory."""

    def __init__(self, index: ChunkIndex, lexical: LexicalEncoder, max_chunks: int = MAX_CHUNKS) -> None:
        self._index = index
        self._lexical = lexical
        self._max_chunks = max_chunks
        self._corpus = lru_cache(KEPT_CORPORA)(self._read)
        self._reading = Lock()  # of questions at once, one reads

    def search(
        self,
        dense: NDArray[np.float32],
        sparse: SparseVector,
        scope: Scope,
        depth: int,
        expanded: Mapping[str, SparseVector] | None = None,
    ) -> tuple[list[Hit], list[Hit]]:
        """As `ChunkIndex.search`. Raises Permanent where the sets hold too many chunks."""
        by_meaning, _ = self._index.search(dense, NO_WORDS, scope, depth)
        with self._reading:
            corpus = self._corpus(tuple(sorted(scope.generations.items())))
        hits = [
            hit
            for words, part in by_words(sparse, scope, expanded or {})
            for hit in corpus.search(words, part)
        ]
        return by_meaning, sorted(hits, key=lambda hit: (-hit.score, hit.id))[:depth]

    def _read(self, generations: Generations) -> _Corpus:
        chunks = sum(self._index.count(name, generation) for name, generation in generations)
        if chunks > self._max_chunks:
            raise Permanent(
                f"The sets searched hold {chunks:,} passages; rank_bm25 takes {self._max_chunks:,} at most.",
                "Set RAG_APP_RANKING__LEXICAL to qdrant, or search fewer sets.",
            )
        live = dict(pair for name, generation in generations for pair in self._index.scan(name, generation))
        return _Corpus(live, self._lexical)


class _Corpus:
    """Every chunk that is live at some generations, whoever may read it: all count for rarity."""

    def __init__(self, live: Mapping[str, Chunk], lexical: LexicalEncoder) -> None:
        self._ids = list(live)
        self._chunks = list(live.values())
        self._bm25 = okapi(self._chunks, lexical) if live else None

    def search(self, words: SparseVector, scope: Scope) -> list[Hit]:
        """All chunks of `scope` that hold a word, unordered."""
        if self._bm25 is None:
            return []
        scores = np.zeros(len(self._ids))
        for term, weight in zip(words.indices, words.values, strict=True):
            scores += weight * self._bm25.get_scores([term])
        return [
            Hit(self._ids[row], float(scores[row]))
            for row in np.flatnonzero(scores)
            if may_read(self._chunks[row], scope)
        ]


def okapi(chunks: Sequence[Chunk], lexical: LexicalEncoder) -> BM25Okapi:
    """With the average length that the index was made with, and the idf of the vector store."""
    made = BM25Okapi(
        [lexical.terms(c.contextual_text, c.language) for c in chunks], k1=lexical.k1, b=lexical.b
    )
    made.avgdl = lexical.average_length
    holders: dict[int, int] = {}
    for frequencies in made.doc_freqs:
        for term in frequencies:
            holders[term] = holders.get(term, 0) + 1
    made.idf = {
        term: math.log(1 + (len(chunks) - count + 0.5) / (count + 0.5)) for term, count in holders.items()
    }
    return made
