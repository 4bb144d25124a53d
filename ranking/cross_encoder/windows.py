"""A text longer than a model's window, as overlapping windows: it is worth as much as its best one."""

from __future__ import annotations

from collections.abc import Sequence

OVERLAP = 64  # tokens that two neighbours share: two or three sentences


def spans(length: int, size: int, overlap: int = OVERLAP) -> list[tuple[int, int]]:
    """Start and end of the windows over `length` tokens: full ones, the last moved back to end at the end."""
    if length <= size:
        return [(0, length)]
    step = size - min(overlap, size // 2)
    starts = [*range(0, length - size, step), length - size]
    return [(start, start + size) for start in starts]


def windows(text: str, offsets: Sequence[tuple[int, int]], size: int, overlap: int = OVERLAP) -> list[str]:
    """The text cut at tokens, whose start and end characters are `offsets`; the whole of it where it fits.

    A window may begin within a word, and then be read as a few more tokens: whoever reads it, truncates.
    """
    if len(offsets) <= size:
        return [text]
    cuts = spans(len(offsets), size, overlap)
    return [text[offsets[start][0] : offsets[end - 1][1]] for start, end in cuts]


def shortened(question: str, offsets: Sequence[tuple[int, int]], limit: int) -> str:
    """The question cut to `limit` tokens, so that half of the window is left for the text."""
    return question if len(offsets) <= limit else question[: offsets[limit - 1][1]]
