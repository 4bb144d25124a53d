"""What an ingestion tells while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingestion has come, in documents and in bytes of the files to convert."""

    documents: int
    total_documents: int
    bytes: int
    total_bytes: int
    chunks: int


ProgressCallback = Callable[[Progress], None]


def no_progress(_: Progress) -> None:
    """For callers that do not watch."""
