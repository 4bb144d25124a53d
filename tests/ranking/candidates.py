"""Candidates for the tests of the ranking stages."""

from __future__ import annotations

from datetime import datetime

from ranking.candidate import Candidate
from storage.chunk import Chunk


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
