"""Zip archives as folders: the files in them, and why others are left out. Nothing is unpacked to disk."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO

from ingestion.converters.failure import ConversionFailed
from ingestion.converters.package import METHODS, ZIP_ERRORS

MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_DEPTH = 3
# No text packs tighter; below the size it does no harm.
MAX_RATIO, HARMLESS_BYTES = 250, 1024 * 1024
# The list of the members is read at once, before they can be counted.
MAX_DIRECTORY_BYTES = 4 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
UTF8_NAME = 0x800
DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an open archive; `shown` is its path in it, with "/", fit for an id."""

    shown: str
    info: zipfile.ZipInfo
    archive: zipfile.ZipFile

    @property
    def modified(self) -> datetime | None:
        """None where the archive states none; its clock knows no zones."""
        try:
            moment = datetime(*self.info.date_time, tzinfo=UTC)
        except ValueError:
            return None
        return moment if moment.year > 1980 else None

    def pieces(self) -> Iterator[bytes]:
        """The content; `corrupt` where it is damaged."""
        try:
            with self.archive.open(self.info) as stream:
                while piece := stream.read(PIECE_BYTES):
                    yield piece
        except ZIP_ERRORS as error:
            raise ConversionFailed("corrupt", f"{self.shown} is damaged in its archive: {error}.") from error


@dataclass(frozen=True, slots=True)
class Refused:
    """A file in an archive that was left out."""

    shown: str
    failure: ConversionFailed


@dataclass
class Budget:
    """What one file may unpack to, with all the archives inside of it."""

    members: int = field(default_factory=lambda: MAX_MEMBERS)
    size: int = field(default_factory=lambda: MAX_UNPACKED_BYTES)
    seen: set[str] = field(default_factory=set)

    def charge(self, info: zipfile.ZipInfo, name: str) -> None:
        self.members -= 1
        self.size -= info.file_size
        if self.members < 0:
            raise ConversionFailed("too large", f"{name} holds more than {MAX_MEMBERS:,} files.")
        if self.size < 0:
            megabytes = MAX_UNPACKED_BYTES // 1024**2
            raise ConversionFailed("too large", f"{name} unpacks to more than {megabytes:,} MB.")


@contextmanager
def opened(stream: IO[bytes], name: str) -> Iterator[zipfile.ZipFile]:
    """`corrupt` where it is no archive, `too large` where the list of its members is."""
    try:
        archive = zipfile.ZipFile(_Guarded(stream, name))
    except ZIP_ERRORS as error:
        raise ConversionFailed("corrupt", f"{name} is a damaged archive: {error}.") from error
    with archive:
        yield archive


def members(archive: zipfile.ZipFile, name: str, prefix: str, budget: Budget) -> Iterator[Member | Refused]:
    """In the archive's order; hidden files and folders are passed over in silence."""
    for info in archive.infolist():
        shown = prefix + _shown(info)
        if info.is_dir() or _is_passed_over(shown):
            continue
        budget.charge(info, name)
        problem = _problem(info, shown, budget.seen)
        yield Refused(shown, problem) if problem else Member(shown, info, archive)
        budget.seen.add(shown)


def read(member: Member, max_bytes: int) -> bytes:
    """The content; `too large` or `corrupt`."""
    size = member.info.file_size
    if size > max_bytes:
        raise ConversionFailed("too large", f"{member.shown} has {size:,} bytes; the limit is {max_bytes:,}.")
    return b"".join(member.pieces())


def member_named(archive: zipfile.ZipFile, name: str) -> Member:
    """The first of that name, as `members` counts them. KeyError where there is none."""
    for info in archive.infolist():
        if info.filename == name:
            return Member(_shown(info), info, archive)
    raise KeyError(name)


def _problem(info: zipfile.ZipInfo, shown: str, seen: set[str]) -> ConversionFailed | None:
    raw = info.filename.replace("\\", "/")
    if raw.startswith("/") or DRIVE.match(raw) or ".." in raw.split("/"):
        return ConversionFailed("unsafe name", f"The name {shown!r} leaves the archive.")
    if shown in seen:
        return ConversionFailed("unsafe name", f"The archive holds {shown!r} twice.")
    mode = stat.S_IFMT(info.external_attr >> 16) if info.create_system == 3 else 0
    if mode not in (0, stat.S_IFREG):
        return ConversionFailed("unsafe name", f"{shown} is a link or a device, not a file.")
    if info.flag_bits & 1:
        return ConversionFailed("encrypted", f"{shown} is encrypted.")
    if info.compress_type not in METHODS:
        return ConversionFailed(
            "corrupt", f"{shown} is packed by an unusual method (number {info.compress_type})."
        )
    if info.file_size > max(HARMLESS_BYTES, MAX_RATIO * info.compress_size):
        return ConversionFailed(
            "too large", f"{shown} unpacks to more than {MAX_RATIO} times its size, as no document does."
        )
    return None


def _shown(info: zipfile.ZipInfo) -> str:
    """Programs that know no flag for UTF-8 write it all the same."""
    name = info.filename
    if not info.flag_bits & UTF8_NAME:
        with suppress(UnicodeError):  # which leaves what it says in the old code page
            name = name.encode("cp437").decode("utf-8")
    printable = "".join(letter if letter.isprintable() else "_" for letter in name.replace("\\", "/"))
    return printable.encode(errors="replace").decode()


def _is_passed_over(shown: str) -> bool:
    parts = shown.split("/")
    hidden = any(part.startswith(".") and part.strip(".") for part in parts)
    return hidden or "__MACOSX" in parts or parts[-1].startswith("~$")


class _Guarded(io.RawIOBase):
    """The stream, but for reads of more than a sound list of members needs."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        super().__init__()
        self._stream = stream
        self._name = name

    def read(self, size: int = -1, /) -> bytes:
        if size > MAX_DIRECTORY_BYTES:
            raise ConversionFailed("too large", f"{self._name} lists more files than are read.")
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True
