"""BM25 in the embedded engine beside rank-bm25, and what counting rarity over live points alone costs.

    python -m benchmarks.lexical DATA/scifact_train [--url http://localhost:6333]

Documents are cut into passages of 150 words; up to 500 of their questions are asked. Both references are
`rank_bm25.BM25Okapi` over the same terms with idf ln(1 + (N - n + 0.5) / (n + 0.5)): one with the average
length that the index was made with, as `RAG_APP_RANKING__LEXICAL=rank_bm25`; one with that of the corpus. The
weights are then made anew with the latter, as an ingestion does where it has drifted by more than a fifth.
Then half as many points again are written as a hidden generation.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import numpy as np
from qdrant_client import models

from benchmarks.clock import percentiles, seconds_of, table
from rag_app.bootstrap.chunks import AVERAGE_LENGTH
from ranking.evaluation.datasets import CorpusDocument, read_dataset
from ranking.okapi import OkapiSource, okapi
from storage.chunk import Chunk
from storage.collection_records import CollectionRecord, CollectionRecords
from storage.connection import connect
from storage.database import open_database, sqlite_url
from storage.encoding.lexical import LexicalEncoder
from storage.lexical_drift import LexicalDrift
from storage.scope import Scope, readable, visible
from storage.sparse import SparseVector
from storage.vector_client import VectorClient
from storage.vector_schema import SPARSE
from storage.vectors import ChunkIndex

QUESTIONS = 500
WORDS = 150
DIMENSION = 2
EAST = np.eye(1, DIMENSION, dtype=np.float32)[0]
SCOPE = Scope({"set": 1}, frozenset())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--url")
    arguments = parser.parse_args()
    dataset = read_dataset(arguments.data)
    chunks = [made for document in dataset.corpus for made in _passages(document)]
    lexical = LexicalEncoder(AVERAGE_LENGTH)
    asked = [lexical.encode_question(q.text) for q in dataset.evaluation.questions[:QUESTIONS]]
    with tempfile.TemporaryDirectory() as place:
        client = connect(arguments.url, None, Path(place))
        index = ChunkIndex(client, f"benchmark-{uuid4().hex}")
        index.ensure(DIMENSION)
        _write(index, chunks, lexical, 1)
        print(f"{len(chunks):,} passages, {len(asked)} questions\n")
        heads = ["reference", "overlap@10", "greatest difference"]
        print(table(heads, _agreement(index, chunks, lexical, asked)))
        seconds, average = _followed(client, index.collection, lexical, Path(place))
        each = seconds / len(chunks) * 1e3
        print(f"\nmade anew with the average of {average:g} terms: {each:.1f} ms a passage\n")
        print(table(heads, _agreement(index, chunks, lexical, asked)[1:]))
        _write(index, [replace(c, document_id=f"hidden {c.document_id}") for c in chunks[::2]], lexical, 2)
        print(f"\nmilliseconds a BM25 query, {len(chunks[::2]):,} hidden points beside them\n")
        print(table(["rarity over", "p50", "p95"], _costs(client, index.collection, asked)))
        client.delete_collection(index.collection)
        client.close()


def _passages(document: CorpusDocument) -> list[Chunk]:
    words = document.text.split()
    texts = [" ".join(words[start : start + WORDS]) for start in range(0, max(len(words), 1), WORDS)]
    return [Chunk("set", f"{document.id} {n}", n, text, document.title) for n, text in enumerate(texts)]


def _write(index: ChunkIndex, chunks: Sequence[Chunk], lexical: LexicalEncoder, generation: int) -> None:
    sparse = [lexical.encode_document(chunk.contextual_text) for chunk in chunks]
    index.write(chunks, np.tile(EAST, (len(chunks), 1)), sparse, generation, lexical.version)


def _followed(
    client: VectorClient, collection: str, lexical: LexicalEncoder, place: Path
) -> tuple[float, float]:
    """Seconds it took, and the average that is in effect after it."""
    with closing(open_database(sqlite_url(place / "benchmark.db"))) as database:
        records = CollectionRecords(database)
        records.save(CollectionRecord(collection, "none", DIMENSION, lexical.average_length))
        made_with = lexical.version
        drift = LexicalDrift(client, collection, records, lexical, made_with, least_chunks=1, tolerance=0.0)
        started = perf_counter()
        drift.follow(SCOPE.generations)
        average = drift.rewrite().average_length
        return perf_counter() - started, average


def _agreement(
    index: ChunkIndex, chunks: Sequence[Chunk], lexical: LexicalEncoder, asked: Sequence[SparseVector]
) -> list[tuple[str, str, str]]:
    backend = OkapiSource(index, lexical)
    plain = okapi(chunks, lexical)
    plain.avgdl = float(np.mean(plain.doc_len))
    names = {chunk.document_id: row for row, chunk in enumerate(chunks)}
    rows = {id_: names[chunk.document_id] for id_, chunk in index.scan("set", 1)}

    def by_backend(words: SparseVector) -> dict[int, float]:
        return {rows[hit.id]: hit.score for hit in backend.search(EAST, words, SCOPE, 10)[1]}

    def by_library(words: SparseVector) -> dict[int, float]:
        weighted = zip(words.indices, words.values, strict=True)
        scores = np.sum([weight * plain.get_scores([term]) for term, weight in weighted], axis=0)
        return {int(row): float(scores[row]) for row in np.argsort(-scores)[:10] if scores[row] > 0}

    result = []
    for name, reference in (("average of the index", by_backend), ("average of the corpus", by_library)):
        overlaps, differences = [0.0], [0.0]
        for words in asked:
            ours = {rows[hit.id]: hit.score for hit in index.search(EAST, words, SCOPE, 10)[1]}
            theirs = reference(words)
            overlaps.append(len(ours.keys() & theirs.keys()) / max(len(theirs), 1))
            differences += [abs(ours[r] / theirs[r] - 1) for r in ours.keys() & theirs.keys()]
        result.append((name, f"{np.mean(overlaps[1:]):.4f}", f"{max(differences):.0e}"))
    return result


def _costs(client: VectorClient, collection: str, asked: Sequence[SparseVector]) -> list[tuple[str, ...]]:
    live = models.SearchParams(idf=models.IdfCorpusParams(corpus=visible(SCOPE.generations)))

    def query(words: SparseVector, parameters: models.SearchParams | None) -> Callable[[], object]:
        vector = models.SparseVector(indices=list(words.indices), values=list(words.values))
        request = models.QueryRequest(
            query=vector, using=SPARSE, filter=readable(SCOPE), limit=50, params=parameters
        )
        return lambda: client.query_batch_points(collection, requests=[request])

    spent: dict[str, list[float]] = {"all points": [], "live points": []}
    for turn, words in enumerate([*asked[:50], *asked]):
        for name, parameters in (("all points", None), ("live points", live)):
            seconds = seconds_of(query(words, parameters))
            if turn >= len(asked[:50]):  # the first warm up
                spent[name].append(seconds)
    return [
        (name, *(f"{milliseconds:.2f}" for milliseconds in percentiles(times)))
        for name, times in spent.items()
    ]


if __name__ == "__main__":
    main()
