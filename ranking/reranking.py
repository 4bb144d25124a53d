"""Second stage: the cross-encoder reads question and passage together; relevance follows.

Where it fails, the question is answered in fused order, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any, Literal, Protocol

import numpy as np
from haystack import component
from numpy.typing import NDArray

from ranking.candidate import Candidate
from ranking.relevance import RelevanceModel, by_rank_alone, relevant
from ranking.sealed import Sealed
from storage.encoding.questions import normalised
from storage.errors import Permanent, Transient

Rerank = Literal["full", "none"]


class CrossEncoder(Protocol):
    """`version` names model and weights; `score` gives raw logits (n,) in the order of `texts`.

    A pair's score is the same (1e-4) alone, in any batch, in any order, beside any other question. `score`
    keeps a time limit of its own; raises Transient or Permanent.
    """

    @property
    def version(self) -> str: ...

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]: ...


def score_apart(
    question: str,
    texts: Sequence[str],
    apart: Sequence[bool],
    scorer: CrossEncoder,
    scorer_apart: CrossEncoder,
) -> list[float]:
    """Raw logits in the order of `texts`, those marked `apart` by the second scorer."""
    mine = [text for text, other in zip(texts, apart, strict=True) if not other]
    others = [text for text, other in zip(texts, apart, strict=True) if other]
    scores = iter(scorer.score(question, mine).tolist() if mine else [])
    scores_apart = iter(scorer_apart.score(question, others).tolist() if others else [])
    return [next(scores_apart if other else scores) for other in apart]


@component
class Reranking:
    """Pipeline stage: every candidate scored (`full`), or the fused order kept (`none`).

    Candidates of `uncached_sets` are scored by `uncached`, which keeps no scores.
    """

    def __init__(self, cross_encoder: CrossEncoder, uncached: CrossEncoder | None = None) -> None:
        self._cross_encoder = cross_encoder
        self._uncached = uncached or cross_encoder

    @component.output_types(candidates=Sequence[Candidate], degraded=str | None, seconds=float)
    def run(
        self,
        question: str,
        candidates: Sequence[Candidate],
        model: RelevanceModel,
        rerank: Rerank = "full",
        uncached_sets: frozenset[str] = frozenset(),
    ) -> dict[str, Any]:
        """`degraded` says why the fused order stands although another was asked for."""
        started = perf_counter()
        degraded = None
        try:
            logits = self._logits(question, candidates, uncached_sets) if rerank == "full" else None
        except (Transient, Permanent) as problem:
            logits, degraded = None, f"The passages were not re-ranked: {problem.what}"
        scored = by_rank_alone(candidates, model) if logits is None else relevant(candidates, logits, model)
        return {"candidates": Sealed(scored), "degraded": degraded, "seconds": perf_counter() - started}

    def _logits(
        self, question: str, candidates: Sequence[Candidate], uncached_sets: frozenset[str]
    ) -> list[float]:
        texts = [candidate.chunk.contextual_text for candidate in candidates]
        apart = [candidate.chunk.set in uncached_sets for candidate in candidates]
        return score_apart(normalised(question), texts, apart, self._cross_encoder, self._uncached)
