"""BM25 weights follow the corpus: where its passages have grown longer or shorter, they are made anew.

The average length of a passage is a constant in the weights, stored with the collection, so that adding a
document changes no other. Where it has drifted from the real one, every point's BM25 vector is computed from
its text again; nothing is embedded. Readers go on meanwhile and meet vectors of both kinds, each of them
whole: for so long, a passage's length counts a little more or less than that of another. Each point names
what its weights were made with, so that a rewriting that was broken off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from qdrant_client import models

from storage.chunk import Chunk
from storage.collection_records import CollectionRecord, CollectionRecords
from storage.encoding.lexical import LexicalEncoder
from storage.errors import NotFound
from storage.scope import visible
from storage.vector_client import VectorClient
from storage.vector_schema import SPARSE, to_chunk

TOLERANCE = 0.2
LEAST_CHUNKS = 1_000  # fewer are no corpus yet, and their average moves with every document
SAMPLE = 2_000  # chunks: their mean is good to about 1 %
_POINTS_PER_PAGE = 64


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What was done: the average length in effect now, in terms, and how many points were made anew."""

    average_length: float
    points: int


class LexicalDrift:
    """Over one collection; `initial` names what made the points that do not say so themselves."""

    def __init__(
        self,
        client: VectorClient,
        collection: str,
        records: CollectionRecords,
        lexical: LexicalEncoder,
        initial: str,
        least_chunks: int = LEAST_CHUNKS,
        tolerance: float = TOLERANCE,
    ) -> None:
        self._client = client
        self._collection = collection
        self._records = records
        self._lexical = lexical
        self._initial = initial
        self._least_chunks = least_chunks
        self._tolerance = tolerance

    def follow(self, live: Mapping[str, int]) -> float | None:
        """The new average length where that of the `live` generations has drifted away; else None.

        New points have it from now on; `rewrite` is for those that stand.
        """
        record = self._adopted()
        if self._client.count(self._collection, count_filter=visible(live)).count < self._least_chunks:
            return None
        lengths = [
            len(self._lexical.terms(chunk.contextual_text, chunk.language)) for chunk in self._sample(live)
        ]
        measured = round(sum(lengths) / len(lengths), 1)
        if record is None or abs(measured / record.average_length - 1) <= self._tolerance:
            return None
        self._records.save(replace(record, average_length=measured))
        self._lexical.average_length = measured
        return measured

    def rewrite(self) -> Rewriting:
        """Makes anew what was made with another average or analysis. May be broken off and repeated."""
        self._adopted()
        points = 0
        for page in self._stale():
            vectors = [
                models.PointVectors(id=id_, vector={SPARSE: self._weights(chunk)})
                for id_, chunk in page.items()
            ]
            with suppress(NotFound):  # one was deleted meanwhile; the others are written
                self._client.update_vectors(self._collection, points=vectors)
            self._client.set_payload(
                self._collection,
                payload={"lexical": self._lexical.version},
                points=models.Filter(must=[models.HasIdCondition(has_id=list(page))]),
            )
            points += len(page)
        return Rewriting(self._lexical.average_length, points)

    def _adopted(self) -> CollectionRecord | None:
        """What is kept with the collection holds for this process too: another may have changed it."""
        record = self._records.find(self._collection)
        if record is not None:
            self._lexical.average_length = record.average_length
        return record

    def _weights(self, chunk: Chunk) -> models.SparseVector:
        made = self._lexical.encode_document(chunk.contextual_text, chunk.language)
        return models.SparseVector(indices=list(made.indices), values=list(made.values))

    def _sample(self, live: Mapping[str, int]) -> Iterator[Chunk]:
        """Ids are hashes, so that the first of them are drawn at random."""
        chunks = (chunk for page in self._pages(visible(live)) for chunk in page.values())
        return islice(chunks, SAMPLE)

    def _stale(self) -> Iterator[dict[str, Chunk]]:
        current = self._lexical.version
        named = models.FieldCondition(key="lexical", match=models.MatchValue(value=current))
        unnamed = models.IsEmptyCondition(is_empty=models.PayloadField(key="lexical"))
        must_not: list[models.Condition] = [named]
        return self._pages(
            models.Filter(must_not=[*must_not, *([unnamed] if current == self._initial else [])])
        )

    def _pages(self, chosen: models.Filter) -> Iterator[dict[str, Chunk]]:
        offset = None
        while True:
            page, offset = self._client.scroll(
                self._collection,
                scroll_filter=chosen,
                limit=_POINTS_PER_PAGE,
                offset=offset,
                with_payload=True,
            )
            if page:
                yield {str(record.id): to_chunk(record.payload or {}) for record in page}
            if offset is None:
                return
