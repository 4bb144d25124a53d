"""Dense + BM25 + fusion over 10,000 chunks in the embedded engine, beside rank-bm25 and exact cosine.

    python -m benchmarks.retrieval

The chunks are those of the example documents, repeated with shuffled words and noise on the vectors, so
that terms keep their natural frequencies. The peer is what a small script would use: `rank_bm25.BM25Okapi`
and a NumPy matrix product, both in memory, fused the same way.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from benchmarks.clock import percentiles, table
from benchmarks.passages import example_chunks
from rag_app.settings import load_settings
from ranking.evaluation.gold import read_gold
from ranking.fusion import fuse
from storage.chunk import Chunk
from storage.connection import connect
from storage.encoding.dense import DenseEncoder
from storage.encoding.lexical import LexicalEncoder
from storage.inference import InferencePool
from storage.models import ModelStore
from storage.scope import Scope
from storage.vectors import ChunkIndex

DEPTH = 50
GOLD = Path(__file__).parents[1] / "examples" / "gold.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--chunks", type=int, default=10_000)
    size = parser.parse_args().chunks
    settings = load_settings()
    pool = InferencePool(settings.threads)
    folder = ModelStore(settings.models.cache).resolve(settings.models.embedder)
    dense_encoder = DenseEncoder(settings.models.embedder, folder, pool)
    chunks, vectors = corpus(size, dense_encoder)
    questions = [question.text for question in read_gold(GOLD).questions]
    encoded = [dense_encoder.encode_question(question) for question in questions]
    lexical = LexicalEncoder(sum(len(c.text.split()) for c in chunks) / size)
    with tempfile.TemporaryDirectory() as place:
        client = connect(None, None, Path(place))
        index = ChunkIndex(client, "chunks")
        index.ensure(dense_encoder.dimension)
        index.write(chunks, vectors, [lexical.encode_document(c.contextual_text) for c in chunks], 1)
        scope = Scope({"examples": 1}, frozenset())

        def ours(n: int) -> None:
            sparse = lexical.encode_question(questions[n])
            dense, bm25 = index.search(encoded[n], sparse, scope, DEPTH)
            fuse({"dense": [h.id for h in dense], "bm25": [h.id for h in bm25]}, DEPTH)

        rows = [("this index", *timed(ours, len(questions)))]
        client.close()
    rows.append(("rank-bm25 + NumPy", *timed(in_memory(chunks, vectors, questions, encoded), len(questions))))
    pool.close()
    fastest = float(rows[0][1])
    print(f"{size:,} chunks, {len(questions)} questions, depth {DEPTH} a branch; milliseconds\n")
    print(table(["", "p50", "p95", "ratio"], [(*row, f"{float(row[1]) / fastest:.1f}") for row in rows]))


def timed(call: Callable[[int], None], calls: int, rounds: int = 3) -> tuple[str, str]:
    """p50 and p95 over `rounds` times all questions, the first round left out."""
    seconds = []
    for turn in range(rounds + 1):
        for n in range(calls):
            started = perf_counter()
            call(n)
            if turn:
                seconds.append(perf_counter() - started)
    p50, p95 = percentiles(seconds)
    return f"{p50:.2f}", f"{p95:.2f}"


def corpus(size: int, encoder: DenseEncoder) -> tuple[list[Chunk], NDArray[np.float32]]:
    """`size` chunks and their vectors, from the examples with words shuffled and vectors moved."""
    originals = example_chunks()
    base = encoder.encode_documents([chunk.contextual_text for chunk in originals])
    shuffle, noise = random.Random(3), np.random.default_rng(3)
    chunks = []
    for number in range(size):
        original = originals[number % len(originals)]
        words = original.text.split()
        shuffle.shuffle(words)
        chunks.append(replace(original, document_id=f"d{number}", text=" ".join(words)))
    vectors = base[np.arange(size) % len(base)] + noise.normal(0, 0.02, (size, base.shape[1]))
    return chunks, vectors.astype(np.float32)


def in_memory(
    chunks: Sequence[Chunk],
    vectors: NDArray[np.float32],
    questions: Sequence[str],
    encoded: Sequence[NDArray[np.float32]],
) -> Callable[[int], None]:
    bm25 = BM25Okapi([chunk.contextual_text.lower().split() for chunk in chunks])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def search(n: int) -> None:
        by_dense = np.argsort(-(unit @ encoded[n]))[:DEPTH]
        by_bm25 = np.argsort(-bm25.get_scores(questions[n].lower().split()))[:DEPTH]
        fuse({"dense": [str(i) for i in by_dense], "bm25": [str(i) for i in by_bm25]}, DEPTH)

    return search


if __name__ == "__main__":
    main()
