"""Building a generation: batches of files through the ingestion pipeline, several in flight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from haystack import Pipeline

from ingestion.batch import Batch
from ingestion.chunk_limits import ChunkLimits
from ingestion.conversion_worker import Failure
from ingestion.folder import FolderFile
from ingestion.minhash import signature
from rag_app.application.pipeline_run import run
from rag_app.application.progress import Progress, ProgressCallback
from storage.catalogue import DocumentRecord

BATCH_FILES = 16
BATCH_BYTES = 4_000_000  # of files, so that a batch of big ones holds few
BATCHES_IN_FLIGHT = 5  # some convert and write while two embed


@dataclass
class Built:
    """What has been written so far; `chunks` counts those that were embedded."""

    records: list[DocumentRecord] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    chunks: int = 0


def build(
    pipeline: Pipeline,
    set_name: str,
    generation: int,
    files: Sequence[FolderFile],
    revisions: Mapping[str, str],
    progress: ProgressCallback,
    limits: ChunkLimits | None = None,
) -> Built:
    """Converts, embeds and writes `files` at `generation`; the first Problem of a stage ends it."""
    built = Built()
    total, seen = sum(file.size for file in files), 0
    progress(Progress(0, len(files), 0, total, 0))
    executor = ThreadPoolExecutor(BATCHES_IN_FLIGHT, thread_name_prefix="ingestion")
    try:
        futures = [
            executor.submit(_through, pipeline, Batch(set_name, generation, part, limits=limits))
            for part in _batches(files)
        ]
        for future in as_completed(futures):
            batch = future.result()
            seen += sum(file.size for file in batch.files)
            _add(built, batch, revisions)
            done = len(built.records) + len(built.failures)
            progress(Progress(done, len(files), seen, total, built.chunks))
    finally:
        executor.shutdown(cancel_futures=True)
    return built


def _through(pipeline: Pipeline, batch: Batch) -> Batch:
    outputs = run(pipeline, {"conversion": {"batch": batch}}, {"writing"})
    result: Batch = outputs["writing"]["batch"]
    return result


def _add(built: Built, batch: Batch, revisions: Mapping[str, str]) -> None:
    paths = {file.document_id: str(file.path) for file in batch.files}
    chunks = dict.fromkeys(paths, 0)
    for chunk in batch.chunks:
        chunks[chunk.document_id] += 1
    built.chunks += batch.embedded
    built.failures += batch.failures
    built.records += [
        DocumentRecord(
            id=d.id,
            revision=revisions[d.id],
            title=d.title,
            path=paths[d.id],
            chunks=chunks[d.id],
            modified=d.modified,
            language=d.language,
            links=d.links,
            signature=signature(d.text),
        )
        for d in batch.documents
    ]


def _batches(files: Sequence[FolderFile]) -> Iterator[tuple[FolderFile, ...]]:
    part: list[FolderFile] = []
    for file in files:
        if part and (len(part) == BATCH_FILES or sum(f.size for f in part) + file.size > BATCH_BYTES):
            yield tuple(part)
            part = []
        part.append(file)
    if part:
        yield tuple(part)
