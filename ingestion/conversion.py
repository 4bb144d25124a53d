"""Conversion in worker processes: a file that crashes or stalls its converter costs that file alone."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import Any

from haystack import component

from ingestion.batch import Batch
from ingestion.conversion_worker import Failure, Outcome, convert_file, end_with_parent
from ingestion.document import Document
from ingestion.folder import FolderFile
from storage.errors import Transient


class ConversionPool:
    """Persistent converter processes, replaced when one dies or outlasts `seconds_a_file`."""

    def __init__(self, workers: int, max_bytes: int, seconds_a_file: float = 120.0) -> None:
        self._workers = workers
        self._max_bytes = max_bytes
        self._seconds = seconds_a_file
        self._executor: ProcessPoolExecutor | None = None
        self._lock = Lock()
        self._closed = False

    def convert(self, files: tuple[FolderFile, ...]) -> list[Outcome]:
        """One outcome for each file, in order."""
        futures = [self._submit(file) for file in files]
        return [self._outcome(file, future) for file, future in zip(files, futures, strict=True)]

    def close(self) -> None:
        """Ends the processes; who waits for a conversion, or asks for one later, gets Transient."""
        with self._lock:
            self._closed = True
            self._discard(self._executor)

    def _submit(self, file: FolderFile) -> Future[Outcome]:
        with self._lock:
            self._check_open()
            if self._executor is None:
                self._executor = _processes(self._workers)
            executor = self._executor
            try:
                with _deaf_to_interrupts():
                    return executor.submit(convert_file, file, self._max_bytes)
            except BrokenProcessPool:
                self._discard(executor)
        return self._submit(file)

    def _outcome(self, file: FolderFile, future: Future[Outcome]) -> Outcome:
        try:
            return future.result(self._seconds)
        except TimeoutError:
            with self._lock:
                self._discard(self._executor)
        except (BrokenProcessPool, CancelledError):
            pass  # another file of the pool may be the culprit
        return self._alone(file)

    def _alone(self, file: FolderFile) -> Outcome:
        """Which file of a batch broke the pool shows when each of them runs in a process of its own."""
        self._check_open()
        executor = _processes(1)
        try:
            with _deaf_to_interrupts():
                future = executor.submit(convert_file, file, self._max_bytes)
            return future.result(self._seconds)
        except BrokenProcessPool:
            return Failure(
                file.document_id, "The file crashed its converter.", "Save it anew, or leave it out."
            )
        except TimeoutError:
            return Failure(
                file.document_id,
                f"Conversion took longer than {self._seconds:.0f} s.",
                "Split the file, or leave it out.",
            )
        finally:
            _terminate(executor)

    def _check_open(self) -> None:
        if self._closed:
            raise Transient("The conversion was stopped.", "Run it again.")

    def _discard(self, executor: ProcessPoolExecutor | None) -> None:
        if executor is not None and executor is self._executor:
            self._executor = None
            _terminate(executor)


def _processes(workers: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=end_with_parent)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A process started here never hears Ctrl-C: that is for its parent, which ends it."""
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def _terminate(executor: ProcessPoolExecutor) -> None:
    for process in list((executor._processes or {}).values()):
        process.terminate()
    executor.shutdown(wait=False, cancel_futures=True)


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
