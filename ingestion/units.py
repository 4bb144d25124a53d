"""The smallest pieces that chunks are made of: sentences, list items, table rows, parts of code."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ingestion.code import part_starts
from ingestion.sections import PlacedBlock
from ingestion.sentences import sentence_spans
from ingestion.tables import header_row

# A token is charged for each 16 characters: a word of a megabyte, unknown to the model, would else be one.
GRAIN_CHARACTERS = 16
# Longer pieces are cut before they are tokenized; a window of them is tokenized at once.
MAX_PIECE_CHARACTERS = 4096
WINDOW_CHARACTERS = 32_768
LINE = re.compile(r"[^\n]+")
ITEM_START = re.compile(r"[^\S\n]*(?:[-*•]|\(?\w{1,3}[.)])[^\S\n]")
# Where an oversized piece is cut, the best place first.
CUTS = tuple(re.compile(pattern) for pattern in (r"\n", r"[.!?。！？]\s", r"[,;:，；：、]\s?", r"\s"))


class Tokenizer(Protocol):
    """The embedder's tokenizer: start and end character of every token, special tokens left out."""

    def token_offsets(self, text: str) -> Sequence[tuple[int, int]]: ...


@dataclass(frozen=True, slots=True)
class Unit:
    """`[start, end)` of the document's text; `cost` in tokens; `opens_block` where it is a block's first.

    `leads` where it introduces what follows, and says nothing without it. `header` is the row that names the
    columns of a row further down.
    """

    start: int
    end: int
    cost: int
    page: int | None = None
    opens_block: bool = False
    leads: bool = False
    header: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Offsets in the block; `grains` are the places where it may be cut, the first at its start."""

    start: int
    end: int
    grains: list[int]


def units_of(placed: PlacedBlock, tokenizer: Tokenizer, max_tokens: int) -> list[Unit]:
    """In order, none above `max_tokens`; a table or code that fits is one unit, and of code each part."""
    text, kind = placed.block.text, placed.block.kind
    spans = [part for span in _spans(placed) for part in _coarse(text, *span)]
    pieces = list(_pieces(text, spans, tokenizer))
    opening = {pieces[0].start} if pieces else set()
    if kind in ("table", "code") and sum(len(piece.grains) for piece in pieces) <= max_tokens:
        pieces = [_joined(pieces)] if pieces else []
    elif kind == "code":
        parts = _parts(text, pieces)
        opening |= {part[0].start for part in parts}
        pieces = [piece for part in parts for piece in _whole(part, max_tokens)]
    fitting = [part for piece in pieces for part in _split(text, piece, max_tokens)]
    units = [
        Unit(
            placed.start + piece.start,
            placed.start + piece.end,
            len(piece.grains),
            placed.block.page,
            piece.start in opening,
        )
        for piece in fitting
    ]
    return _under_header(units, text, max_tokens) if kind == "table" else units


def _under_header(units: Sequence[Unit], table: str, max_tokens: int) -> list[Unit]:
    """A table in several units: each below the row that names the columns carries it."""
    header = header_row(table) if len(units) > 1 else ""
    if not header or units[0].end - units[0].start != len(header) or units[0].cost > max_tokens // 4:
        return list(units)
    return [replace(units[0], leads=True), *(replace(unit, header=header) for unit in units[1:])]


def _parts(text: str, lines: Sequence[_Piece]) -> list[Sequence[_Piece]]:
    starts = part_starts(text, [(line.start, line.end) for line in lines])
    return [lines[start:end] for start, end in zip(starts, (*starts[1:], len(lines)), strict=True)]


def _whole(part: Sequence[_Piece], max_tokens: int) -> Sequence[_Piece]:
    return [_joined(part)] if sum(len(piece.grains) for piece in part) <= max_tokens else part


def _joined(pieces: Sequence[_Piece]) -> _Piece:
    grains = [grain for piece in pieces for grain in piece.grains]
    return _Piece(pieces[0].start, pieces[-1].end, grains)


def cost_of(text: str, tokenizer: Tokenizer) -> int:
    """Tokens of a short text, charged as a unit's are."""
    return len(_grains(0, len(text), tokenizer.token_offsets(text)))


def _spans(placed: PlacedBlock) -> Iterator[tuple[int, int]]:
    text = placed.block.text
    if placed.block.kind in ("paragraph", "heading"):
        yield from sentence_spans(text)
        return
    starts = [match.start() for match in LINE.finditer(text)]
    if placed.block.kind == "list":  # an item's further lines stay with it
        starts = [start for start in starts if start == starts[0] or ITEM_START.match(text, start)]
    for start, end in zip(starts, (*starts[1:], len(text)), strict=False):
        yield from _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    content = piece.strip()
    if content:
        first = start + len(piece) - len(piece.lstrip())
        yield first, first + len(content)


def _coarse(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_PIECE_CHARACTERS:
        cut = _best_cut(text, start, start + MAX_PIECE_CHARACTERS)
        yield from _stripped(text, start, cut)
        start = cut
    yield from _stripped(text, start, end)


def _pieces(text: str, spans: Sequence[tuple[int, int]], tokenizer: Tokenizer) -> Iterator[_Piece]:
    for window in _windows(spans):
        first = window[0][0]
        offsets = tokenizer.token_offsets(text[first : window[-1][1]])
        position = 0
        for start, end in window:
            begin = position
            while position < len(offsets) and first + offsets[position][0] < end:
                position += 1
            inside = [(first + left, first + right) for left, right in offsets[begin:position]]
            yield _Piece(start, end, _grains(start, end, inside))


def _windows(spans: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    window: list[tuple[int, int]] = []
    for span in spans:
        if window and span[1] - window[0][0] > WINDOW_CHARACTERS:
            yield window
            window = []
        window.append(span)
    if window:
        yield window


def _grains(start: int, end: int, offsets: Sequence[tuple[int, int]]) -> list[int]:
    grains = [start]
    for place in (*(left for left, _ in offsets), end):
        while place - grains[-1] > GRAIN_CHARACTERS:
            grains.append(grains[-1] + GRAIN_CHARACTERS)
        if grains[-1] < place < end:
            grains.append(place)
    return grains


def _split(text: str, piece: _Piece, max_tokens: int) -> Iterator[_Piece]:
    """Even parts, cut where a reader would pause."""
    grains, end = piece.grains, piece.end
    while len(grains) > max_tokens:
        parts = -(-len(grains) // max_tokens)
        size = -(-len(grains) // parts)
        cut = _best_cut(text, grains[0], grains[size])
        middle = bisect_left(grains, cut)
        yield from _trimmed(text, grains[0], cut, grains[:middle])
        grains = [cut, *(grain for grain in grains[middle:] if grain > cut)]
    yield from _trimmed(text, grains[0], end, grains)


def _trimmed(text: str, start: int, end: int, grains: list[int]) -> Iterator[_Piece]:
    for first, last in _stripped(text, start, end):
        yield _Piece(first, last, [first, *(grain for grain in grains if first < grain < last)])


def _best_cut(text: str, start: int, limit: int) -> int:
    """The last good place to cut in the second half of `[start, limit]`; else the limit itself."""
    earliest = start + (limit - start) // 2
    for pattern in CUTS:
        cuts = [match.end() for match in pattern.finditer(text, earliest, limit)]
        if cuts:
            return cuts[-1]
    cut = limit
    while cut - 1 > earliest and unicodedata.combining(text[cut]):
        cut -= 1  # a letter and its accents stay together
    return cut
