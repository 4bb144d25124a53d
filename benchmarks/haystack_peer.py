"""A question through this application and through the pipeline that a Haystack user would write.

    python -m benchmarks.haystack_peer [--chunks 1000 10000] [--questions 20]

The peer: Haystack's in-memory store, its BM25 and embedding retrievers (50 each), its joiner by reciprocal
rank, and sentence-transformers' cross-encoder over the best 50 in batches of 32; the same embedder, and the
same L-12 weights, dequantised for torch. Both answer the same questions about the same chunks, in turns; no
question is asked twice. The times are of this machine while it does nothing else.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from haystack import Document, Pipeline, component
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from benchmarks.clock import percentiles, table
from benchmarks.passages import example_chunks
from benchmarks.retrieval import GOLD, corpus
from benchmarks.startup import fill
from rag_app.application import ANONYMOUS, Application
from rag_app.bootstrap import open_application
from rag_app.settings import load_settings
from ranking.cross_encoder.dequantised import save_dequantised
from ranking.evaluation.gold import read_gold
from ranking.evaluation.metrics import mean, measure
from storage.encoding.dense import DenseEncoder
from storage.inference import InferencePool
from storage.models import ModelStore

DEPTH = 50
Answer = Callable[[str], list[str]]  # document ids, best first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--chunks", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--questions", type=int, default=20)
    arguments = parser.parse_args()
    for chunks in arguments.chunks:
        with tempfile.TemporaryDirectory() as place:
            rows = compared(Path(place), chunks, arguments.questions)
        print(f"{chunks:,} chunks, {arguments.questions} questions; milliseconds a question\n")
        print(table(["", "p50", "p95", "ratio", "NDCG@5"], rows), end="\n\n")


def compared(place: Path, chunks: int, count: int) -> list[tuple[str, ...]]:
    """Both ways in turns; the first question of each warms up and is not timed."""
    answerable = read_gold(GOLD).answerable
    questions = answerable[:: max(len(answerable) // (count + 1), 1)][: count + 1]
    fill(place / "data", chunks)
    settings = load_settings().model_copy(update={"data_dir": place / "data"})
    with open_application(settings) as application:
        ways = {"haystack": peer(place, chunks), "rag-app": ours(application)}
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        found: dict[str, dict[str, list[str]]] = {name: {} for name in ways}
        for number, question in enumerate(questions):
            for name, answer in ways.items():
                started = perf_counter()
                found[name][question.id] = answer(question.text)
                if number:
                    seconds[name].append(perf_counter() - started)
    labels = {question.id: question.labels for question in questions}
    slowest = statistics.median(seconds["haystack"])
    return [
        (
            name,
            *(f"{value:.0f}" for value in percentiles(seconds[name])),
            f"{slowest / statistics.median(seconds[name]):.1f}",
            f"{mean(measure(found[name], labels)['NDCG@5'].values()):.3f}",
        )
        for name in ways
    ]


def ours(application: Application) -> Answer:
    def answer(question: str) -> list[str]:
        results = application.answers.search(question, ANONYMOUS, limit=DEPTH).results
        return list(dict.fromkeys(result.document for result in results))

    return answer


def peer(place: Path, chunks: int) -> Answer:
    settings = load_settings()
    store = ModelStore(settings.models.cache)
    pool = InferencePool(settings.threads)
    encoder = DenseEncoder(settings.models.embedder, store.resolve(settings.models.embedder), pool)
    originals = example_chunks()
    more, vectors = corpus(chunks - len(originals), encoder)
    embedded = [*encoder.encode_documents([chunk.contextual_text for chunk in originals]), *vectors]
    documents = InMemoryDocumentStore(embedding_similarity_function="cosine")
    documents.write_documents(
        [
            Document(
                id=str(number),
                content=chunk.contextual_text,
                embedding=vector.tolist(),
                meta={"document": chunk.document_id},
            )
            for number, (chunk, vector) in enumerate(zip([*originals, *more], embedded, strict=True))
        ]
    )
    folder = save_dequantised(store.resolve(settings.models.cross_encoder), place / "torch")
    pipeline = peer_pipeline(documents, str(folder))

    def answer(question: str) -> list[str]:
        vector = encoder.encode_question(question).tolist()
        asked = {"query": question}
        inputs = {"bm25": asked, "dense": {"query_embedding": vector}, "ranker": asked}
        ranked = pipeline.run(inputs)["ranker"]["documents"]
        return list(dict.fromkeys(document.meta["document"] for document in ranked))

    return answer


def peer_pipeline(documents: InMemoryDocumentStore, model: str) -> Pipeline:
    pipeline = Pipeline()
    pipeline.add_component("bm25", InMemoryBM25Retriever(documents, top_k=DEPTH))
    pipeline.add_component("dense", InMemoryEmbeddingRetriever(documents, top_k=DEPTH))
    pipeline.add_component("joiner", DocumentJoiner("reciprocal_rank_fusion", top_k=DEPTH))
    pipeline.add_component("ranker", CrossEncoderRanker(model))
    pipeline.connect("bm25.documents", "joiner.documents")
    pipeline.connect("dense.documents", "joiner.documents")
    pipeline.connect("joiner.documents", "ranker.documents")
    return pipeline


@component
class CrossEncoderRanker:
    """What Haystack's integration of sentence-transformers does: one predict over all pairs."""

    def __init__(self, model: str) -> None:
        from sentence_transformers import CrossEncoder

        self._model: Any = CrossEncoder(model)

    @component.output_types(documents=list[Document])
    def run(self, query: str, documents: list[Document]) -> dict[str, Any]:
        pairs = [(query, document.content) for document in documents]
        scores = self._model.predict(pairs, batch_size=32, show_progress_bar=False)
        ranked = sorted(zip(scores.tolist(), documents, strict=True), key=lambda scored: -scored[0])
        return {"documents": [document for _, document in ranked]}


if __name__ == "__main__":
    main()
