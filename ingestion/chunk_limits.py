"""How large chunks may be, and how small they should not be."""

from __future__ import annotations

from dataclasses import dataclass

from storage.errors import InvalidInput

SPECIAL_TOKENS = 2  # what the model puts around every text
MIN_PREFIX_TOKENS = 16
CHUNKING = "chunks-2"  # to be counted up with any change of what chunks are made: documents are then cut anew


@dataclass(frozen=True, slots=True)
class ChunkLimits:
    """In tokens: a chunk's own text; sections that may share one; text with title and headings."""

    max_tokens: int = 300
    min_tokens: int = 300
    overlap_sentences: int = 0
    max_contextual_tokens: int = 512

    def __post_init__(self) -> None:
        longest = self.max_contextual_tokens - SPECIAL_TOKENS - MIN_PREFIX_TOKENS
        _check("max_tokens", self.max_tokens, 16, longest)
        _check("min_tokens", self.min_tokens, 0, longest)
        _check("overlap_sentences", self.overlap_sentences, 0, 5)


def _check(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InvalidInput(f"{name} is {value}.", f"Choose {least} to {most}.")
