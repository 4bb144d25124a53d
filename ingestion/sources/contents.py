"""Files kept by the SHA-256 of what is in them: written under another name first, renamed when whole."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from storage.errors import InvalidInput, Transient

SMALLER = "Leave it out, or raise RAG_APP_INGESTION__MAX_FILE_MEGABYTES."
FEWER = "Narrow the source, or raise RAG_APP_SOURCES__MAX_MEGABYTES."


class TooLarge(InvalidInput):
    """One file beyond the bound on each: what else there is may still be taken."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """In bytes: of one file, and of all that a source holds."""

    each: int
    all: int

    def check(self, name: str, size: int) -> None:
        if size > self.each:
            raise TooLarge(f"{name} has more than {self.each:,} bytes.", SMALLER)

    def check_all(self, source: str, size: int) -> None:
        if size > self.all:
            raise InvalidInput(f"The source {source!r} holds more than {self.all:,} bytes.", FEWER)


@dataclass(frozen=True, slots=True)
class Received:
    """Content that is whole and has no name yet."""

    path: Path
    sha256: str
    size: int


class Contents:
    """The files in `place`; errors of the disk are Transient."""

    def __init__(self, place: Path) -> None:
        self._kept = place / "contents"
        self._unfinished = place / "unfinished"

    def prepare(self) -> None:
        with disk(self._unfinished):
            self._unfinished.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, sha256: str) -> Path:
        return self._kept / sha256[:2] / sha256

    @contextmanager
    def receiving(self, pieces: Iterable[bytes], durable: bool) -> Iterator[Received]:
        """All pieces in a file, which goes unless it was kept; `durable`: also when the power fails."""
        digest, size = hashlib.sha256(), 0
        with disk(self._unfinished), NamedTemporaryFile(dir=self._unfinished, delete=False) as stream:
            path = Path(stream.name)
        try:
            with disk(path), path.open("wb") as stream:
                for piece in pieces:
                    size += len(piece)
                    digest.update(piece)
                    stream.write(piece)
                if durable:
                    stream.flush()
                    os.fsync(stream.fileno())
            yield Received(path, digest.hexdigest(), size)
        finally:
            path.unlink(missing_ok=True)

    def keep(self, received: Received) -> None:
        path = self.path(received.sha256)
        with disk(path):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            received.path.replace(path)

    def let_go(self, sha256: str) -> None:
        """From now on, nothing may name it any more."""
        with suppress(FileNotFoundError), disk(self._kept):
            os.utime(self.path(sha256))

    def clear(self, named: Collection[str], grace_seconds: float, unfinished_seconds: float) -> None:
        """Deletes what is not `named` and was let go, or is unfinished, for so long."""
        with disk(self._kept):
            for path in self._kept.glob("*/*"):
                if path.name not in named and _age(path) >= grace_seconds:
                    path.unlink(missing_ok=True)
            for path in self._unfinished.iterdir():
                if _age(path) >= unfinished_seconds:
                    path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Seconds; a time that lies ahead, by a clock that was set back, counts as long ago."""
    seconds = time.time() - path.stat().st_mtime
    return seconds if seconds >= 0 else float("inf")


@contextmanager
def disk(place: Path) -> Iterator[None]:
    """What the disk refuses becomes Transient."""
    try:
        yield
    except OSError as error:
        raise Transient(
            f"The copy of the source in {place.parent} cannot be written: {error.strerror or error}.",
            "Make room on the disk, or mend its permissions, and read the source again.",
        ) from error
