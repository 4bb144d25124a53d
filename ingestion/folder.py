"""A folder as a source of documents: which files it holds, and why others were left out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from ingestion.converters.failure import REMEDIES, ConversionFailed, Reason
from ingestion.converters.kinds import EXTENSIONS, HEAD_BYTES, ZIP_MARKS, foreign_kind
from ingestion.converters.packed_files import PackedFile, packed_files
from ingestion.converters.zip_kinds import zip_kind
from ingestion.converters.zip_members import Refused
from ingestion.hidden import is_passed_over
from storage.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class FolderFile:
    """A file that can be converted; `document_id` is its path below the folder, with "/"; `size` in bytes.

    One that lies in an archive has the archive's `path`, and the names that lead to it there in `members`.
    What its source knows of it: where people can open it (`url`), who wrote it and when; with `dated`, its
    dates are those of a history that was kept, not of a copy.
    """

    document_id: str
    path: Path
    size: int
    modified: datetime | None
    members: tuple[str, ...] = ()
    sha256: str | None = None
    url: str | None = None
    created: datetime | None = None
    author: str | None = None
    dated: bool = False

    @property
    def name(self) -> str:
        """The last part of its id; `path` may lie in a mirror, under a name of no meaning."""
        return PurePosixPath(self.document_id).name

    def revision(self) -> str:
        """SHA-256 of the content, in hexadecimal; OSError where the file cannot be read any more."""
        if self.sha256:
            return self.sha256
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
    """In the order of document ids; nobody could look below the ids in `unopened`."""

    files: tuple[FolderFile, ...]
    skipped: tuple[Skipped, ...]
    unopened: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unopened:
    """A folder or archive that nobody could look into."""

    document_id: str


Entry = FolderFile | Skipped | Unopened


def list_folder(folder: Path) -> Listing:
    """Every file below the folder; hidden files and lock files are passed over in silence.

    Raises InvalidInput where the folder is missing, is a file, cannot be read or holds no file.
    """
    _check(folder)
    root = folder.resolve()
    found = sorted(_walk(folder, root), key=lambda entry: entry.document_id)
    if not found:
        raise InvalidInput(f"The folder {folder} holds no files.", "Name a folder with documents in it.")
    return listing_of(found)


def listing_of(found: Sequence[Entry]) -> Listing:
    """What was found, in its order, told apart."""
    return Listing(
        files=tuple(entry for entry in found if isinstance(entry, FolderFile)),
        skipped=tuple(entry for entry in found if isinstance(entry, Skipped)),
        unopened=tuple(entry.document_id for entry in found if isinstance(entry, Unopened)),
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


def _walk(folder: Path, root: Path) -> Iterator[Entry]:
    unread: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=unread.append):
        here = Path(place)
        folders[:] = [name for name in folders if not is_passed_over(name)]
        linked = [name for name in folders if (here / name).is_symlink()]  # os.walk does not enter these
        for name in (*names, *linked):
            if not is_passed_over(name):
                yield from _entries(here / name, folder, root)
    for error in unread:
        yield Unopened(_id(Path(error.filename), folder))
        yield _skipped(_id(Path(error.filename), folder), "unreadable", "The folder cannot be read")


def _entries(path: Path, folder: Path, root: Path) -> Iterator[Entry]:
    document_id = _id(path, folder)
    if problem := _problem(path, document_id, root):
        yield problem
        return
    try:
        status = path.stat()
    except OSError as error:
        yield _unreadable(document_id, error)
        return
    modified = datetime.fromtimestamp(status.st_mtime, UTC)
    yield from entries(FolderFile(document_id, path, status.st_size, modified))


def entries(file: FolderFile) -> Iterator[Entry]:
    """The file, or what is in it where it is an archive; Skipped where it holds nothing to read."""
    try:
        with file.path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        if found := foreign_kind(head, file.name):
            yield Skipped(file.document_id, f"It is {found.what}.", found.remedy)
        elif head.startswith(ZIP_MARKS) and _may_be_archive(file):
            yield from _unpacked(file)
        else:
            yield file
    except OSError as error:
        yield _unreadable(file.document_id, error)


def _problem(path: Path, document_id: str, root: Path) -> Skipped | None:
    if path.is_symlink() and not path.resolve().is_relative_to(root):
        return Skipped(document_id, "It is a link that leaves the folder.", "Copy the file into the folder.")
    if path.is_dir():
        return Skipped(document_id, "It is a link to a folder.", "Name that folder itself as a source.")
    if not path.is_file():
        return Skipped(document_id, "It is no regular file.", "Leave it out, or mend the link.")
    return None


def _may_be_archive(file: FolderFile) -> bool:
    """Office files are zip files too, and too many to open each of them here."""
    extension = PurePosixPath(file.name).suffix.lower()
    if extension != ".zip" and extension in EXTENSIONS:
        return False
    try:
        with file.path.open("rb") as stream:
            return zip_kind(stream, file.name) == "archive"
    except ConversionFailed:
        return extension == ".zip"


def _unpacked(file: FolderFile) -> Iterator[Entry]:
    """An archive that cannot be read is a file, which its conversion will name with the reason."""
    members: list[FolderFile | Skipped] = []
    try:
        with file.path.open("rb") as stream:
            members += (_member(entry, file) for entry in packed_files(stream, file.name))
    except ConversionFailed:
        yield Unopened(file.document_id)
        members.clear()
    yield from members or [file]


def _member(entry: PackedFile | Refused, archive: FolderFile) -> FolderFile | Skipped:
    document_id = f"{archive.document_id}/{entry.shown}"
    if isinstance(entry, Refused):
        return Skipped(document_id, entry.failure.what, entry.failure.remedy)
    return replace(
        archive,
        document_id=document_id,
        size=entry.size,
        modified=entry.modified or archive.modified,
        members=entry.names,
        sha256=entry.sha256,
    )


def _id(path: Path, folder: Path) -> str:
    # Names that are no UTF-8 would fail at the first database; their bytes stay visible.
    return (
        path.relative_to(folder).as_posix().encode(errors="surrogateescape").decode(errors="backslashreplace")
    )


def _unreadable(document_id: str, error: OSError) -> Skipped:
    return _skipped(document_id, "unreadable", f"It cannot be read: {error.strerror}")


def _skipped(document_id: str, reason: Reason, what: str) -> Skipped:
    return Skipped(document_id, f"{what}.", REMEDIES[reason])
