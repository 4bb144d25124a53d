"""Documents to chunks that follow headings and sentences and fit the embedding model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from haystack import component

from ingestion.batch import Batch
from ingestion.chunk_limits import SPECIAL_TOKENS, ChunkLimits
from ingestion.document import Document
from ingestion.grouping import groups
from ingestion.packing import overlapping, pack
from ingestion.units import Tokenizer, Unit
from storage.chunk import Chunk

SENTENCE_TOKENS = 30  # kept free for each overlapping sentence


def chunk(document: Document, set_name: str, tokenizer: Tokenizer, limits: ChunkLimits) -> list[Chunk]:
    """Chunks in reading order; `text` is exactly `document.text[start:end]`.

    A heading stands in `headings`, not in the text; but for tiny sections that share a chunk, and for
    headings with nothing below them.
    """
    spare = min(limits.overlap_sentences * SENTENCE_TOKENS, limits.max_tokens // 3)
    chunks: list[Chunk] = []
    for group in groups(document, tokenizer, limits.max_tokens - spare, limits.min_tokens):
        runs = pack(group.units, limits.max_tokens - spare, limits.min_tokens)
        for run in overlapping(runs, limits.overlap_sentences, limits.max_tokens):
            made = _chunk(document, set_name, len(chunks), group.path, run)
            chunks.append(_bounded(made, tokenizer, limits.max_contextual_tokens - SPECIAL_TOKENS))
    return chunks


@component
class Chunking:
    """Pipeline stage: the batch's documents to chunks, within its own limits where it has some."""

    def __init__(self, tokenizer: Tokenizer, limits: ChunkLimits) -> None:
        self._tokenizer = tokenizer
        self._limits = limits

    @component.output_types(batch=Batch)
    def run(self, batch: Batch) -> dict[str, Any]:
        limits = batch.limits or self._limits
        chunks = tuple(
            made
            for document in batch.documents
            for made in chunk(document, batch.set, self._tokenizer, limits)
        )
        return {"batch": replace(batch, chunks=chunks)}


def _chunk(
    document: Document, set_name: str, ordinal: int, path: tuple[str, ...], run: Sequence[Unit]
) -> Chunk:
    start, end = run[0].start, run[-1].end
    return Chunk(
        set=set_name,
        document_id=document.id,
        ordinal=ordinal,
        text=document.text[start:end],
        title=document.title,
        headings=path,
        page=run[0].page,
        start=start,
        end=end,
        created=document.created,
        modified=document.modified,
        groups=document.groups,
        language=document.language,
        kind=document.kind,
        header=run[0].header,
        url=document.url,
    )


def _bounded(made: Chunk, tokenizer: Tokenizer, max_tokens: int) -> Chunk:
    """The chunk with as much of title and headings as fits: outer headings go first, then the title's end,
    and a table's header at last.
    """
    for candidate in (*_shorter(made), *_shorter(replace(made, header=""))):
        # A token is at least one character, which saves counting where there is plenty of room.
        if len(candidate.contextual_text) <= max_tokens:
            return candidate
        excess = len(tokenizer.token_offsets(candidate.contextual_text)) - max_tokens
        if excess <= 0:
            return candidate
    return replace(made, title="", headings=(), header="")


def _shorter(made: Chunk) -> Iterator[Chunk]:
    for dropped in range(len(made.headings) + 1):
        yield replace(made, headings=made.headings[dropped:])
    last = made.headings[-1:]
    for characters in (120, 60, 30, 10):
        yield replace(made, title=made.title[:characters], headings=tuple(text[:characters] for text in last))
