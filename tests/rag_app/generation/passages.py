"""Passages for the tests of generation."""

from __future__ import annotations

from datetime import UTC, datetime

from ranking.candidate import Candidate, Signal
from storage.chunk import Chunk


def a_passage(
    text: str,
    title: str = "Handbook",
    headings: tuple[str, ...] = (),
    modified: str | None = None,
    document: str | None = None,
    relevance: float = 0.0,
) -> Candidate:
    """`modified` is a date like 2026-03-02; `relevance` is in log-odds."""
    dated = datetime.fromisoformat(modified).replace(tzinfo=UTC) if modified else None
    name = document or f"{title}.md"
    chunk = Chunk("handbook", name, 0, text, title, headings, end=len(text), modified=dated)
    return Candidate(name, chunk, {"fused": 1}, {"cross_encoder": Signal(0.0, None, relevance)})


ALLOWANCE_2026 = a_passage(
    "The daily allowance is 46 GBP in the United Kingdom.",
    "Travel policy",
    ("Allowances",),
    "2026-01-12",
    "new.md",
)
ALLOWANCE_2024 = a_passage(
    "The daily allowance is 38 GBP in the United Kingdom.",
    "Travel policy",
    ("Allowances",),
    "2024-03-18",
    "old.md",
)
SUBSCRIPTIONS = a_passage(
    "Subscriptions are not paid by card. Order through purchasing instead.", "Company cards", (), "2025-08-11"
)
