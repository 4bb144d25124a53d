"""What a zip archive in a folder holds: each file with its hash, archives within it opened too."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from ingestion.converters.failure import ConversionFailed
from ingestion.converters.kinds import HEAD_BYTES, ZIP_MARKS, foreign_kind, unknown_type
from ingestion.converters.zip_kinds import zip_kind
from ingestion.converters.zip_members import (
    MAX_DEPTH,
    Budget,
    Member,
    Refused,
    member_named,
    members,
    opened,
    read,
)


@dataclass(frozen=True, slots=True)
class PackedFile:
    """`shown` is its path in the outermost archive; `names` lead to it, one for each archive."""

    shown: str
    names: tuple[str, ...]
    size: int
    modified: datetime | None
    sha256: str


def packed_files(stream: IO[bytes], name: str) -> Iterator[PackedFile | Refused]:
    """In the archive's order; ConversionFailed where the archive as a whole cannot be read."""
    with opened(stream, name) as archive:
        yield from _files(archive, name, "", (), Budget())


def packed_content(path: Path, names: tuple[str, ...], max_bytes: int) -> bytes:
    """The content of the file that `names` lead to."""
    with path.open("rb") as stream, opened(stream, path.name) as archive:
        content = _content(archive, names[0], max_bytes)
    for name in names[1:]:
        with opened(io.BytesIO(content), path.name) as inner:
            content = _content(inner, name, max_bytes)
    return content


def _content(archive: zipfile.ZipFile, name: str, max_bytes: int) -> bytes:
    try:
        return read(member_named(archive, name), max_bytes)
    except KeyError as error:
        raise ConversionFailed("unreadable", f"{name} is no longer in its archive.") from error


def _files(
    archive: zipfile.ZipFile, name: str, prefix: str, chain: tuple[str, ...], budget: Budget
) -> Iterator[PackedFile | Refused]:
    for member in members(archive, name, prefix, budget):
        if isinstance(member, Refused):
            yield member
            continue
        try:
            packed, content = _packed(member, chain)
        except ConversionFailed as failure:
            yield Refused(member.shown, failure)
            continue
        if content is None:
            yield packed
        elif len(packed.names) >= MAX_DEPTH:
            deep = f"{member.shown} is an archive nested more than {MAX_DEPTH} deep."
            yield Refused(member.shown, ConversionFailed("too large", deep))
        else:
            with opened(io.BytesIO(content), name) as inner:
                yield from _files(inner, name, f"{member.shown}/", packed.names, budget)


def _packed(member: Member, chain: tuple[str, ...]) -> tuple[PackedFile, bytes | None]:
    """The file, and its content where it is an archive itself."""
    digest, head = hashlib.sha256(), b""
    kept: list[bytes] = []
    for piece in member.pieces():
        digest.update(piece)
        if not head:
            head = piece[:HEAD_BYTES]
            if found := foreign_kind(head, member.shown):
                raise unknown_type(member.shown, found)
        if head.startswith(ZIP_MARKS):
            kept.append(piece)
    names = (*chain, member.info.filename)
    packed = PackedFile(member.shown, names, member.info.file_size, member.modified, digest.hexdigest())
    content = b"".join(kept)
    return packed, content if content and _is_archive(content) else None


def _is_archive(content: bytes) -> bool:
    """One that cannot be opened is a file, which its conversion will name with the reason."""
    try:
        with opened(io.BytesIO(content), "") as archive:
            return bool(archive.namelist()) and zip_kind(io.BytesIO(content), "") == "archive"
    except ConversionFailed:
        return False
