"""What a converter process runs: nothing but converters is imported here, so that it starts light."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from multiprocessing import parent_process
from threading import Thread

from ingestion.converters import convert
from ingestion.document import Document
from ingestion.folder import FolderFile
from storage.errors import Problem


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be converted: why, and what its owner can do."""

    document_id: str
    reason: str
    remedy: str


Outcome = Document | Failure


def end_with_parent() -> None:
    """Ends this process when its parent has died, which could no longer end it."""
    Thread(target=_wait_and_end, name="end-with-parent", daemon=True).start()


def _wait_and_end() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def convert_file(file: FolderFile, max_bytes: int) -> Outcome:
    """The document, or why there is none; one that knows no date of its own is as old as its file."""
    try:
        document = convert(file.path, file.document_id, max_bytes)
    except Problem as problem:
        return Failure(file.document_id, problem.what, problem.remedy)
    except Exception as error:  # noqa: BLE001 - a converter's fault costs this file, and is told by name
        what = f"The converter failed: {type(error).__name__}: {str(error)[:200]}."
        return Failure(file.document_id, what, "Save the file anew, or leave it out.")
    dated = document.modified or document.created
    return document if dated else replace(document, modified=file.modified)
