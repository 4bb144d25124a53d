"""Candidates for the tests of the ranking stages."""

from __future__ import annotations

from datetime import datetime

from ranking.candidate import Candidate
from ranking.relevance import RelevanceModel
from storage.chunk import Chunk

A_RELEVANCE_MODEL = RelevanceModel(
    slope=0.5, intercept=-1.0, rank_intercept=0.5, rank_slope=2.0, trust=0.75, version="test"
)


def a_candidate(
    id: str,  # noqa: A002
    fused_rank: int = 1,
    modified: datetime | None = None,
    created: datetime | None = None,
) -> Candidate:
    chunk = Chunk(
        "handbook", f"{id}.md", 0, f"text of {id}", f"Title {id}", created=created, modified=modified
    )
    return Candidate(id, chunk, {"fused": fused_rank})
