"""First stage: the question encoded twice, both branches searched, the fused candidates fetched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import zip_longest
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


def by_place(rankings: Sequence[Sequence[Hit]], depth: int) -> list[Hit]:
    """The `depth` first of several rankings whose scores cannot be compared: all firsts, then all seconds."""
    if len(rankings) == 1:
        return list(rankings[0][:depth])
    layers = zip_longest(*rankings)
    return list({hit.id: hit for layer in layers for hit in layer if hit is not None}.values())[:depth]


def by_score(rankings: Sequence[Sequence[Hit]], depth: int) -> list[Hit]:
    """The `depth` best of several rankings of one scale, equals by id."""
    if len(rankings) == 1:
        return list(rankings[0][:depth])
    hits = {hit.id: hit for ranking in rankings for hit in ranking}.values()
    return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:depth]


@component
class QuestionEncoding:
    """Pipeline stage: question -> dense vector and BM25 sparse vector; for a set whose glossary speaks of
    something in the question, another sparse vector with its synonyms. The dense vector stays as asked.

    For each collection `beside`, that another embedding model made, another dense vector by that model.
    """

    def __init__(
        self,
        dense: DenseQuestionEncoder,
        lexical: LexicalQuestionEncoder,
        encoder_of: Callable[[str], DenseQuestionEncoder] | None = None,
    ) -> None:
        self._dense = dense
        self._lexical = lexical
        self._encoder_of = encoder_of

    @component.output_types(
        dense=NDArray[np.float32],
        beside=dict[str, NDArray[np.float32]],
        sparse=SparseVector,
        expanded=dict[str, SparseVector],
        expansions=dict[str, tuple[Expansion, ...]],
        seconds=float,
    )
    def run(
        self,
        question: str,
        vocabulary: Vocabulary = ENGLISH_ALONE,
        beside: frozenset[str] = frozenset(),
    ) -> dict[str, Any]:
        started = perf_counter()
        languages = vocabulary.languages
        found = {
            name: self._lexical.expansions(question, glossary, languages)
            for name, glossary in vocabulary.glossaries.items()
        }
        expansions = {name: those for name, those in found.items() if those}
        return {
            "dense": self._dense.encode_question(question),
            "beside": self._encoded_beside(question, beside),
            "sparse": self._lexical.encode_question(question, languages),
            "expanded": {
                name: self._lexical.encode_question(question, languages, those)
                for name, those in expansions.items()
            },
            "expansions": expansions,
            "seconds": perf_counter() - started,
        }

    def _encoded_beside(self, question: str, beside: frozenset[str]) -> dict[str, NDArray[np.float32]]:
        if self._encoder_of is None:
            return {}
        return {name: self._encoder_of(name).encode_question(question) for name in sorted(beside)}


@component
class HybridRetrieval:
    """Pipeline stage: dense and BM25 to the same depth, each ranking kept apart.

    What lies in collections of other embedding models is searched by `source_of`, with their own vectors.
    """

    def __init__(
        self, source: CandidateSource, source_of: Callable[[str], CandidateSource] | None = None
    ) -> None:
        self._source = source
        self._source_of = source_of

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
        beside: dict[str, NDArray[np.float32]] | None = None,
    ) -> dict[str, Any]:
        started = perf_counter()
        found = [self._source.search(dense, sparse, scope, depth, expanded)]
        if self._source_of is not None:
            found += [
                self._source_of(name).search(vector, sparse, scope, depth, expanded)
                for name, vector in (beside or {}).items()
            ]
        hits = {
            "dense": by_place([dense_hits for dense_hits, _ in found], depth),
            "bm25": by_score([bm25_hits for _, bm25_hits in found], depth),
        }
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
