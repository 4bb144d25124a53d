"""Conversion in worker processes: a file that crashes or stalls one costs that file alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import Any

from haystack import component

from ingestion.batch import Batch
from ingestion.conversion_process import ConversionProcess, Died, TooSlow
from ingestion.conversion_worker import SPLIT, Failure, Outcome
from ingestion.converters import Limits
from ingestion.document import Document
from ingestion.folder import FolderFile
from storage.errors import Transient


class ConversionPool:
    """At most `workers` persistent processes, started when they are needed, replaced when they end."""

    def __init__(self, workers: int, limits: Limits) -> None:
        self._limits = limits
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="conversion")
        self._idle: list[ConversionProcess] = []
        self._busy: set[ConversionProcess] = set()
        self._lock = Lock()
        self._closed = False

    def convert(self, files: tuple[FolderFile, ...]) -> list[Outcome]:
        """One outcome for each file, in order."""
        self._check_open()
        try:
            futures = [self._threads.submit(self._outcome, file) for file in files]
            return [future.result() for future in futures]
        except (CancelledError, RuntimeError) as error:
            self._check_open()
            raise error

    def close(self) -> None:
        """Ends the processes; who waits for a conversion, or asks for one later, gets Transient."""
        with self._lock:
            self._closed = True
            for process in (*self._idle, *self._busy):
                process.end()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _outcome(self, file: FolderFile) -> Outcome:
        try:
            return self._converted(file)
        except Died:
            pass  # someone else may have ended the process: the file has a second try
        try:
            return self._converted(file)
        except Died as died:
            what = f"The file crashed its converter ({died.cause})."
            return Failure(file.document_id, what, "Save it anew, or leave it out.", final=False)

    def _converted(self, file: FolderFile) -> Outcome:
        with self._process() as process:
            try:
                return process.convert(file)
            except Died:
                self._check_open()
                raise
            except TooSlow:
                what = f"Conversion took longer than {self._limits.seconds:.0f} s."
                return Failure(file.document_id, what, SPLIT, final=False)

    @contextmanager
    def _process(self) -> Iterator[ConversionProcess]:
        with self._lock:
            self._check_open()
            self._idle = [process for process in self._idle if process.is_alive]
            process = self._idle.pop() if self._idle else None
            if process:
                self._busy.add(process)
        if process is None:
            process = self._started()
        try:
            yield process
        finally:
            with self._lock:
                self._busy.discard(process)
                self._idle.append(process)

    def _started(self) -> ConversionProcess:
        process = ConversionProcess(self._limits)
        with self._lock:
            self._busy.add(process)
            if self._closed:
                process.end()
        return process

    def _check_open(self) -> None:
        if self._closed:
            raise Transient("The conversion was stopped.", "Run it again.")


@component
class Conversion:
    """Pipeline stage: files to documents and failures."""

    def __init__(self, pool: ConversionPool) -> None:
        self._pool = pool

    @component.output_types(batch=Batch)
    def run(self, batch: Batch) -> dict[str, Any]:
        outcomes = self._pool.convert(batch.files)
        documents = tuple(outcome for outcome in outcomes if isinstance(outcome, Document))
        failures = tuple(outcome for outcome in outcomes if isinstance(outcome, Failure))
        return {"batch": replace(batch, documents=documents, failures=failures)}
