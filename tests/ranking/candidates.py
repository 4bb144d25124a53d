"""Candidates for the tests of the ranking stages."""

from __future__ import annotations

from datetime import datetime

from ranking.candidate import Candidate
from storage.chunk import Chunk


def a_candidate(id: str, fused_rank: int = 1, modified: datetime | None = None) -> Candidate:  # noqa: A002
    chunk = Chunk("handbook", f"{id}.md", 0, f"text of {id}", f"Title {id}", modified=modified)
    return Candidate(id, chunk, {"fused": fused_rank})
