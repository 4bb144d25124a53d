"""A folder as a source of documents: which files it holds, and why others were left out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingestion.converters.failure import REMEDIES, Reason
from ingestion.converters.kinds import HEAD_BYTES, is_convertible, known_types
from storage.errors import InvalidInput

# What operating systems and office programs leave behind.
LEFTOVERS = frozenset(("thumbs.db", "desktop.ini"))
LOCK_PREFIX = "~$"


@dataclass(frozen=True, slots=True)
class FolderFile:
    """A file that can be converted; `document_id` is its path below the folder, with "/"; `size` in bytes."""

    document_id: str
    path: Path
    size: int
    modified: datetime

    def revision(self) -> str:
        """SHA-256 of the content, in hexadecimal; OSError where the file cannot be read any more."""
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out: why, and what its owner can do."""

    document_id: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Both in the order of their document ids."""

    files: tuple[FolderFile, ...]
    skipped: tuple[Skipped, ...]


def list_folder(folder: Path) -> Listing:
    """Every file below the folder; hidden files and lock files are passed over in silence.

    Raises InvalidInput where the folder is missing, is a file, cannot be read or holds no file.
    """
    _check(folder)
    root = folder.resolve()
    found = sorted(_walk(folder, root), key=lambda entry: entry.document_id)
    if not found:
        raise InvalidInput(f"The folder {folder} holds no files.", "Name a folder with documents in it.")
    return Listing(
        files=tuple(entry for entry in found if isinstance(entry, FolderFile)),
        skipped=tuple(entry for entry in found if isinstance(entry, Skipped)),
    )


def _check(folder: Path) -> None:
    try:
        if not folder.exists():
            raise InvalidInput(f"There is no folder {folder}.", "Check the path.")
        if not folder.is_dir():
            raise InvalidInput(f"{folder} is a file, not a folder.", "Name the folder that holds it.")
        next(folder.iterdir(), None)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidInput(
            f"The folder {folder} cannot be read: {reason}.", REMEDIES["unreadable"]
        ) from error


def _walk(folder: Path, root: Path) -> Iterator[FolderFile | Skipped]:
    unread: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=unread.append):
        here = Path(place)
        folders[:] = [name for name in folders if not _is_passed_over(name)]
        linked = [name for name in folders if (here / name).is_symlink()]  # os.walk does not enter these
        for name in (*names, *linked):
            if not _is_passed_over(name):
                yield _entry(here / name, folder, root)
    for error in unread:
        yield _skipped(_id(Path(error.filename), folder), "unreadable", "The folder cannot be read")


def _is_passed_over(name: str) -> bool:
    return name.startswith((".", LOCK_PREFIX)) or name.casefold() in LEFTOVERS


def _entry(path: Path, folder: Path, root: Path) -> FolderFile | Skipped:
    document_id = _id(path, folder)
    if path.is_symlink() and not path.resolve().is_relative_to(root):
        return Skipped(document_id, "It is a link that leaves the folder.", "Copy the file into the folder.")
    if path.is_dir():
        return Skipped(document_id, "It is a link to a folder.", "Name that folder itself as a source.")
    if not path.is_file():
        return Skipped(document_id, "It is no regular file.", "Leave it out, or mend the link.")
    try:
        status = path.stat()
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        return _skipped(document_id, "unreadable", f"It cannot be read: {error.strerror}")
    if head and not is_convertible(head, path.name):
        return _skipped(document_id, "unknown type", f"It is of no known type ({known_types()})")
    return FolderFile(document_id, path, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


def _id(path: Path, folder: Path) -> str:
    # Names that are no UTF-8 would fail at the first database; their bytes stay visible.
    return (
        path.relative_to(folder).as_posix().encode(errors="surrogateescape").decode(errors="backslashreplace")
    )


def _skipped(document_id: str, reason: Reason, what: str) -> Skipped:
    return Skipped(document_id, f"{what}.", REMEDIES[reason])
