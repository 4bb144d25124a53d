"""Ingestion by this application beside the indexing pipeline that a Haystack user would write.

    pip install qdrant-haystack sentence-transformers-haystack pypdf mdit-plain trafilatura openpyxl pandas \
        tabulate
    python -m benchmarks.haystack_ingestion [--folder examples/knowledge_base] [--url http://localhost:6333]

The peer: Haystack's converters by file type, its splitter (150 words) and its SentenceTransformers embedder
in batches of 32, writing to its QdrantDocumentStore: on the server of `--url`, else in its local mode. The
embedder is all-MiniLM-L6-v2 (22.7 M parameters, fp32), since Haystack's cannot load our int8 file of
bge-small (33.4 M). Each side runs in a process of its own; memory is the peak of its resident set, and of the
greatest of its child processes. Files that the peer has no converter for are left out for both; those that it
fails on are not among its documents.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.clock import table
from benchmarks.passages import EXAMPLES

NEEDED = {
    "haystack_integrations.document_stores.qdrant": "qdrant-haystack",
    "haystack_integrations.components.embedders.sentence_transformers": "sentence-transformers-haystack",
    "pypdf": "pypdf",
    "mdit_plain": "mdit-plain",
    "trafilatura": "trafilatura",
    "openpyxl": "openpyxl",
    "pandas": "pandas",
    "tabulate": "tabulate",
}
CONVERTED = {".pdf", ".docx", ".pptx", ".html", ".htm", ".md", ".txt", ".csv", ".xlsx"}
EMBEDDER = "all-MiniLM-L6-v2"
SPLIT_WORDS = 150
BATCH = 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, default=EXAMPLES)
    parser.add_argument("--url", help="a Qdrant server, for both")
    parser.add_argument("--side", choices=["haystack", "rag-app"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if missing := [package for module, package in NEEDED.items() if not _is_there(module)]:
        sys.exit(f"This benchmark needs what the project does not: pip install {' '.join(missing)}")
    with tempfile.TemporaryDirectory() as place:
        if arguments.side:
            side = haystack if arguments.side == "haystack" else rag_app
            print(json.dumps([*side(arguments.folder, Path(place), arguments.url), _peak()]))
            return
        files = _copied(arguments.folder, Path(place) / "files")
        rows = compared(Path(place) / "files", arguments.url)
    print(f"{files:,} documents\n")
    print(table(["", "documents", "passages", "seconds", "documents a second", "peak MiB"], rows))


def compared(folder: Path, url: str | None) -> list[tuple[str, ...]]:
    found = {}
    for side in ("haystack", "rag-app"):
        command = [sys.executable, "-m", "benchmarks.haystack_ingestion", "--side", side, "--folder", folder]
        run = subprocess.run(
            [*command, *(["--url", url] if url else [])], check=True, stdout=subprocess.PIPE, text=True
        )
        found[side] = json.loads(run.stdout.splitlines()[-1])
    rows = [
        (
            side,
            f"{documents:,}",
            f"{passages:,}",
            f"{seconds:.1f}",
            f"{documents / seconds:.2f}",
            f"{peak:.0f}",
        )
        for side, (documents, passages, seconds, peak) in found.items()
    ]
    theirs, ours = found["haystack"], found["rag-app"]
    faster = (ours[0] / ours[2]) / (theirs[0] / theirs[2])
    return [*rows, ("ratio, rag-app to haystack", "", "", "", f"{faster:.2f}", f"{ours[3] / theirs[3]:.2f}")]


def rag_app(folder: Path, place: Path, url: str | None) -> tuple[int, int, float]:
    """Documents, passages, seconds; opening what it stands on is not counted, on neither side."""
    from rag_app.bootstrap import open_application
    from rag_app.settings import load_settings

    settings = load_settings().model_copy(update={"data_dir": place / "data"})
    if url:
        settings = settings.model_copy(update={"qdrant": settings.qdrant.model_copy(update={"url": url})})
    with open_application(settings) as application:
        started = perf_counter()
        application.documents.ingest(folder, "peer")
        seconds = perf_counter() - started
        (status,) = application.documents.status()
        return status.documents, status.chunks, seconds


def haystack(folder: Path, place: Path, url: str | None) -> tuple[int, int, float]:
    pipeline, store = peer(place, url)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    started = perf_counter()
    converted: set[str] = set()
    for start in range(0, len(files), BATCH):
        part: list[Any] = list(files[start : start + BATCH])
        outputs = pipeline.run({"converter": {"sources": part}}, include_outputs_from={"converter"})
        converted |= {str(document.meta["file_path"]) for document in outputs["converter"]["documents"]}
    return len(converted), store.count_documents(), perf_counter() - started


def peer(place: Path, url: str | None) -> tuple[Any, Any]:
    from haystack import Pipeline
    from haystack.components.converters import MultiFileConverter
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.writers import DocumentWriter
    from haystack.document_stores.types import DuplicatePolicy
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
    )
    from haystack_integrations.document_stores.qdrant import QdrantDocumentStore

    from rag_app.settings import load_settings
    from storage.models import ModelStore

    where: dict[str, Any] = {"url": url, "index": "peer"} if url else {"path": str(place / "qdrant")}
    store = QdrantDocumentStore(**where, embedding_dim=384, recreate_index=True)
    model = ModelStore(load_settings().models.cache).resolve(EMBEDDER)
    embedder = SentenceTransformersDocumentEmbedder(model=str(model), batch_size=BATCH, progress_bar=False)
    embedder.warm_up()
    pipeline = Pipeline()
    pipeline.add_component("converter", MultiFileConverter())
    pipeline.add_component("splitter", DocumentSplitter(split_by="word", split_length=SPLIT_WORDS))
    pipeline.add_component("embedder", embedder)
    pipeline.add_component("writer", DocumentWriter(store, policy=DuplicatePolicy.OVERWRITE))
    pipeline.connect("converter.documents", "splitter.documents")
    pipeline.connect("splitter.documents", "embedder.documents")
    pipeline.connect("embedder.documents", "writer.documents")
    return pipeline, store


def _copied(folder: Path, place: Path) -> int:
    """What both can read, as files of their own."""
    files = [p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in CONVERTED]
    for path in files:
        target = place / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return len(files)


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _peak() -> float:
    own, child = (
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return (own + child) / 1024


if __name__ == "__main__":
    main()
