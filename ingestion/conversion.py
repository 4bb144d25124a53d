"""Conversion in worker processes: a file that crashes or stalls its converter costs that file alone."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from threading import Lock
from typing import Any

from haystack import component

from ingestion.batch import Batch
from ingestion.conversion_worker import Failure, Outcome, convert_file
from ingestion.document import Document
from ingestion.folder import FolderFile


class ConversionPool:
    """Persistent converter processes, replaced when one dies or outlasts `seconds_a_file`."""

    def __init__(self, workers: int, max_bytes: int, seconds_a_file: float = 120.0) -> None:
        self._workers = workers
        self._max_bytes = max_bytes
        self._seconds = seconds_a_file
        self._executor: ProcessPoolExecutor | None = None
        self._lock = Lock()

    def convert(self, files: tuple[FolderFile, ...]) -> list[Outcome]:
        """One outcome for each file, in order."""
        futures = [self._submit(file) for file in files]
        return [self._outcome(file, future) for file, future in zip(files, futures, strict=True)]

    def close(self) -> None:
        with self._lock:
            self._discard(self._executor)

    def _submit(self, file: FolderFile) -> Future[Outcome]:
        with self._lock:
            if self._executor is None:
                context = multiprocessing.get_context("spawn")
                self._executor = ProcessPoolExecutor(self._workers, mp_context=context)
            executor = self._executor
            try:
                return executor.submit(convert_file, file, self._max_bytes)
            except BrokenProcessPool:
                self._discard(executor)
        return self._submit(file)

    def _outcome(self, file: FolderFile, future: Future[Outcome]) -> Outcome:
        try:
            return future.result(self._seconds)
        except TimeoutError:
            self.close()
        except (BrokenProcessPool, CancelledError):
            pass  # another file of the pool may be the culprit
        return self._alone(file)

    def _alone(self, file: FolderFile) -> Outcome:
        """Which file of a batch broke the pool shows when each of them runs in a process of its own."""
        context = multiprocessing.get_context("spawn")
        executor = ProcessPoolExecutor(1, mp_context=context)
        try:
            return executor.submit(convert_file, file, self._max_bytes).result(self._seconds)
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

    def _discard(self, executor: ProcessPoolExecutor | None) -> None:
        if executor is not None and executor is self._executor:
            self._executor = None
            _terminate(executor)


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
