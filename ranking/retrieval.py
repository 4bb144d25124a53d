"""First stage: the question encoded twice, both branches searched, the fused candidates fetched."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from haystack import component
from numpy.typing import NDArray

from ranking.candidate import Candidate
from ranking.fusion import Fused
from ranking.sealed import Sealed, SealedMapping
from storage.chunk import Chunk
from storage.encoding.synonyms import Expansion
from storage.encoding.vocabulary import ENGLISH_ALONE, Vocabulary
from storage.scope import Scope
from storage.sparse import SparseVector
from storage.vectors import ChunkIndex, Hit


class DenseQuestionEncoder(Protocol):
    def encode_question(self, text: str) -> NDArray[np.float32]: ...


class LexicalQuestionEncoder(Protocol):
    def encode_question(
        self, text: str, languages: Collection[str], expansions: Sequence[Expansion] = ()
    ) -> SparseVector: ...

    def expansions(self, text: str, glossary: str, languages: Collection[str]) -> tuple[Expansion, ...]: ...


class CandidateSource(Protocol):
    """The `depth` best by meaning and by words, each best first; as `ChunkIndex.search`."""

    def search(
        self,
        dense: NDArray[np.float32],
        sparse: SparseVector,
        scope: Scope,
        depth: int,
        expanded: Mapping[str, SparseVector] | None = None,
    ) -> tuple[list[Hit], list[Hit]]: ...


def candidates_of(
    fused: Sequence[Fused], chunks: Mapping[str, Chunk], scores: Mapping[str, Mapping[str, float]]
) -> list[Candidate]:
    """Candidates in fused order; an id whose chunk was deleted since the search is left out.

    `scores`: branch -> id -> the branch's own score, kept by name for explanations alone.
    """
    found = [item for item in fused if item.id in chunks]
    return [
        Candidate(
            item.id,
            chunks[item.id],
            {**item.ranks, "fused": rank},
            score=item.score,
            branch_scores={name: of[item.id] for name, of in scores.items() if item.id in of},
        )
        for rank, item in enumerate(found, start=1)
    ]


@component
class QuestionEncoding:
    """Pipeline stage: question -> dense vector and BM25 sparse vector; for a set whose glossary speaks of
    something in the question, another sparse vector with its synonyms. The dense vector stays as asked.
    """

    def __init__(self, dense: DenseQuestionEncoder, lexical: LexicalQuestionEncoder) -> None:
        self._dense = dense
        self._lexical = lexical

    @component.output_types(
        dense=NDArray[np.float32],
        sparse=SparseVector,
        expanded=dict[str, SparseVector],
        expansions=dict[str, tuple[Expansion, ...]],
        seconds=float,
    )
    def run(self, question: str, vocabulary: Vocabulary = ENGLISH_ALONE) -> dict[str, Any]:
        started = perf_counter()
        languages = vocabulary.languages
        found = {
            name: self._lexical.expansions(question, glossary, languages)
            for name, glossary in vocabulary.glossaries.items()
        }
        expansions = {name: those for name, those in found.items() if those}
        return {
            "dense": self._dense.encode_question(question),
            "sparse": self._lexical.encode_question(question, languages),
            "expanded": {
                name: self._lexical.encode_question(question, languages, those)
                for name, those in expansions.items()
            },
            "expansions": expansions,
            "seconds": perf_counter() - started,
        }


@component
class HybridRetrieval:
    """Pipeline stage: dense and BM25 to the same depth, each ranking kept apart."""

    def __init__(self, source: CandidateSource) -> None:
        self._source = source

    @component.output_types(
        rankings=Mapping[str, Sequence[str]], scores=Mapping[str, Mapping[str, float]], seconds=float
    )
    def run(
        self,
        dense: NDArray[np.float32],
        sparse: SparseVector,
        expanded: dict[str, SparseVector],
        scope: Scope,
        depth: int,
    ) -> dict[str, Any]:
        started = perf_counter()
        by_dense, by_bm25 = self._source.search(dense, sparse, scope, depth, expanded)
        hits = {"dense": by_dense, "bm25": by_bm25}
        rankings = {branch: [hit.id for hit in found] for branch, found in hits.items()}
        scores = {branch: {hit.id: hit.score for hit in found} for branch, found in hits.items()}
        return {
            "rankings": SealedMapping(rankings),
            "scores": SealedMapping(scores),
            "seconds": perf_counter() - started,
        }


@component
class Fetching:
    """Pipeline stage: the payload of the fused candidates alone."""

    def __init__(self, index: ChunkIndex) -> None:
        self._index = index

    @component.output_types(candidates=Sequence[Candidate], seconds=float)
    def run(self, fused: Sequence[Fused], scores: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
        started = perf_counter()
        candidates = candidates_of(fused, self._index.fetch([item.id for item in fused]), scores)
        return {"candidates": Sealed(candidates), "seconds": perf_counter() - started}
