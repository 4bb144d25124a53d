"""Time and memory of the ingesting process over many documents, with an embedder that costs nothing.

    python -m benchmarks.ingestion_scale [--documents 1000 10000 50000]

Each size runs in a process of its own: a first ingestion, one that finds nothing changed, and one that finds
1 % of the documents changed. The documents are generated, of 60 to 600 words. Memory is the peak of the
resident set, without the engine's and the converters' processes, which are bounded on their own.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.clock import table
from rag_app.application import Documents
from rag_app.application.pipeline_run import BatchPipeline
from rag_app.bootstrap import open_application
from rag_app.jobs.ingestion import Ingestion
from rag_app.jobs.presence import Presence
from rag_app.settings import load_settings

DIMENSION = 384
FILES_A_FOLDER = 500
VOCABULARY = 20_000
CHANGED = 100  # one in so many


class FreeEncoder:
    """Vectors drawn at random; texts are cut by the real tokenizer all the same."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        drawn = np.random.default_rng(len(texts)).normal(size=(len(texts), self._dimension))
        return drawn.astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 10_000, 50_000])
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measured(arguments.one)))
        return
    rows = []
    for count in arguments.documents:
        command = [sys.executable, "-m", "benchmarks.ingestion_scale", "--one", str(count)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        rows.append((f"{count:,}", *(f"{value:.1f}" for value in found)))
    heads = [
        "documents",
        "first, s",
        "nothing changed, s",
        "1 % changed, s",
        "memory before, MiB",
        "peak, MiB",
    ]
    print(table(heads, rows))


def measured(count: int) -> list[float]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "files"
        write_corpus(folder, range(count), seed=1)
        settings = load_settings().model_copy(update={"data_dir": Path(place) / "data"})
        with open_application(settings) as application:
            documents = with_encoder(application.documents, FreeEncoder(DIMENSION))
            before, times = _peak(), []
            for changed in (range(0), range(0), range(0, count, CHANGED)):
                write_corpus(folder, changed, seed=2)
                started = perf_counter()
                documents.ingest(folder, "scale")
                times.append(perf_counter() - started)
        return [*times, before, _peak()]


def with_encoder(documents: Documents, encoder: FreeEncoder) -> Documents:
    def ingestion_for(here: Presence) -> Ingestion:
        ingestion = documents.ingestion_for(here)
        through = ingestion.writing.pipeline
        assert isinstance(through, BatchPipeline)
        encoding: Any = through.pipeline.get_component("encoding")
        encoding._dense = encoder
        return ingestion

    return replace(documents, ingestion_for=ingestion_for)


def write_corpus(folder: Path, numbers: Sequence[int], seed: int) -> None:
    """A document each, the same for the same number and seed."""
    words = [f"word{number:05}" for number in range(VOCABULARY)]
    for number in numbers:
        draw = random.Random(f"{seed} {number}")
        place = folder / f"{number // FILES_A_FOLDER:04}"
        place.mkdir(parents=True, exist_ok=True)
        text = " ".join(draw.choices(words, k=draw.randint(60, 600)))
        (place / f"document-{number:06}.md").write_text(f"# Document {number}\n\n{text}.\n")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
