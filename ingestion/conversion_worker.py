"""What a converter process runs: nothing but converters is imported here, so that it starts light."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

from ingestion.completion import completed
from ingestion.converters import Limits, convert
from ingestion.converters.failure import ConversionFailed
from ingestion.document import Document
from ingestion.folder import FolderFile
from storage.errors import Problem, Transient

MEBIBYTE = 1024 * 1024
# A process that has grown beyond this is replaced: the memory of one odd file is given back.
MAX_RESIDENT_BYTES = 600 * MEBIBYTE
SPLIT = "Split the file, or leave it out."
STATEMENT = Path("/proc/self/statm")  # pages; where there is none, memory is not bounded


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be converted: why, and what its owner can do.

    One that is not `final` may be an accident: the same bytes may be converted another time.
    """

    document_id: str
    reason: str
    remedy: str
    final: bool = True


Outcome = Document | Failure


def serve(connection: Connection, limits: Limits) -> None:
    """Converts the files that come, one at a time, until the other end closes or dies."""
    Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    _bound_memory(limits.memory_bytes)
    connection.send(None)
    while not _has_grown():
        try:
            file = connection.recv()
        except EOFError:
            return
        outcome = convert_file(file, limits)
        try:
            connection.send(outcome)
        except MemoryError:  # its document is complete, but cannot be handed over
            connection.send(_too_much_memory(file, limits))


def convert_file(file: FolderFile, limits: Limits) -> Outcome:
    """The document, or why there is none; what it does not state of itself, its source may know."""
    try:
        document = convert(file.path, file.document_id, limits, members=file.members, url=file.url)
    except Problem as problem:
        unreadable = isinstance(problem, ConversionFailed) and problem.reason == "unreadable"
        final = not isinstance(problem, Transient) and not unreadable
        return Failure(file.document_id, problem.what, problem.remedy, final)
    except MemoryError:
        return _too_much_memory(file, limits)
    except Exception as error:  # noqa: BLE001 - a converter's fault costs this file, and is told by name
        what = f"The converter failed: {type(error).__name__}: {str(error)[:200]}."
        return Failure(file.document_id, what, "Save the file anew, or leave it out.")
    return completed(document, file)


def _too_much_memory(file: FolderFile, limits: Limits) -> Failure:
    megabytes = limits.memory_bytes // MEBIBYTE
    return Failure(file.document_id, f"Its conversion needs more than {megabytes:,} MB of memory.", SPLIT)


def _end_with_parent() -> None:
    """Ends this process when its parent has died, which could no longer end it."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _bound_memory(allowed: int) -> None:
    """`allowed` bytes on top of what the process holds already."""
    if STATEMENT.exists():
        held, _ = _memory()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        bound = held + allowed
        resource.setrlimit(
            resource.RLIMIT_AS, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard)
        )


def _has_grown() -> bool:
    return STATEMENT.exists() and _memory()[1] > MAX_RESIDENT_BYTES


def _memory() -> tuple[int, int]:
    """Bytes addressed and resident; `getrusage` would count what the parent held when it forked."""
    addressed, resident = STATEMENT.read_text().split()[:2]
    return int(addressed) * resource.getpagesize(), int(resident) * resource.getpagesize()
