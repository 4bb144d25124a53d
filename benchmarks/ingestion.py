"""Ingestion of a folder against its bare parts: conversion and embedding alone, in the same run.

    python -m benchmarks.ingestion --folder examples/knowledge_base

The bare parts are processor seconds on one thread; two cores could do them in half, and the ratio says how
close ingestion (conversion, chunking, embedding, BM25, writing, catalogue) comes to that.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.clock import table
from benchmarks.passages import EXAMPLES
from ingestion.chunk_limits import ChunkLimits
from ingestion.chunking import chunk
from ingestion.converters import convert
from ingestion.document import Document
from ingestion.folder import list_folder
from rag_app.bootstrap import open_application
from rag_app.settings import Settings, load_settings
from storage.encoding.dense import DenseEncoder
from storage.errors import Problem
from storage.inference import InferencePool
from storage.models import ModelStore


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, default=EXAMPLES)
    folder = parser.parse_args().folder
    settings = load_settings()
    documents, conversion = bare_conversion(folder)
    chunks, chunking, embedding = bare_embedding(documents, settings)
    with tempfile.TemporaryDirectory() as place:
        own = settings.model_copy(update={"data_dir": Path(place)})
        with open_application(own) as application:
            started = perf_counter()
            report = application.documents.ingest(folder, "benchmark")
            wall = perf_counter() - started
            started = perf_counter()
            application.documents.ingest(folder, "benchmark")
            again = perf_counter() - started
    assert report.chunks <= chunks  # a text that stands twice is embedded once
    bound = (conversion + embedding) / settings.threads
    rows = [
        ("conversion, one thread, CPU", f"{conversion:.1f}", ""),
        ("chunking, one thread, CPU", f"{chunking:.1f}", ""),
        ("embedding, one thread, CPU", f"{embedding:.1f}", ""),
        (f"(conversion + embedding) / {settings.threads}", f"{bound:.1f}", "1.00"),
        ("ingestion, wall", f"{wall:.1f}", f"{wall / bound:.2f}"),
        ("ingestion again, nothing changed, wall", f"{again:.1f}", f"{again / bound:.2f}"),
    ]
    print(f"{len(documents):,} documents, {chunks:,} chunks, {chunks / wall:.0f} chunks a second\n")
    print(table(["", "seconds", "ratio"], rows))


def bare_conversion(folder: Path) -> tuple[list[Document], float]:
    documents = []
    started = process_time()
    for file in list_folder(folder).files:
        try:
            documents.append(convert(file.path, file.document_id, members=file.members))
        except Problem as problem:
            print(f"{file.document_id}: {problem}")
    return documents, process_time() - started


def bare_embedding(documents: list[Document], settings: Settings) -> tuple[int, float, float]:
    """Number of chunks, and processor seconds of chunking and of embedding."""
    pool = InferencePool(1)
    model = ModelStore(settings.models.cache).resolve(settings.models.embedder)
    encoder = DenseEncoder(settings.models.embedder, model, pool)
    bounds = settings.ingestion
    limits = ChunkLimits(bounds.chunk_tokens, bounds.min_chunk_tokens, bounds.overlap_sentences)
    started = process_time()
    texts = [made.contextual_text for d in documents for made in chunk(d, "benchmark", encoder, limits)]
    chunking = process_time() - started
    started = process_time()
    encoder.encode_documents(texts)
    embedding = process_time() - started
    pool.close()
    return len(texts), chunking, embedding


if __name__ == "__main__":
    main()
