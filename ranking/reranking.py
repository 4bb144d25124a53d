"""Second stage: the cross-encoder reads question and passage together; relevance follows."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any, Literal, Protocol

import numpy as np
from haystack import component
from numpy.typing import NDArray

from ranking.candidate import Candidate
from ranking.relevance import RelevanceModel, by_rank_alone, relevant

Rerank = Literal["full", "none"]


class CrossEncoder(Protocol):
    """`version` names model and weights; `score` gives raw logits (n,) in the order of `texts`."""

    @property
    def version(self) -> str: ...

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]: ...


@component
class Reranking:
    """Pipeline stage: every candidate scored (`full`), or the fused order kept (`none`)."""

    def __init__(self, cross_encoder: CrossEncoder) -> None:
        self._cross_encoder = cross_encoder

    @component.output_types(candidates=list[Candidate], seconds=float)
    def run(
        self, question: str, candidates: list[Candidate], model: RelevanceModel, rerank: Rerank = "full"
    ) -> dict[str, Any]:
        started = perf_counter()
        if rerank == "none":
            scored = by_rank_alone(candidates, model)
        else:
            logits = self._cross_encoder.score(question, [c.chunk.contextual_text for c in candidates])
            scored = relevant(candidates, logits.tolist(), model)
        return {"candidates": scored, "seconds": perf_counter() - started}
