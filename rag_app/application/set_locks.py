"""One change of a set's documents at a time, on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from storage.errors import Transient


@contextmanager
def alone(locks: Path, set_name: str) -> Iterator[None]:
    """Keeps others out of the set's documents; Transient while somebody is in."""
    locks.mkdir(parents=True, exist_ok=True)
    name = sha256(set_name.encode(errors="surrogatepass")).hexdigest()[:16]
    lock = FileLock(locks / f"{name}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise Transient(
            f"The document set {set_name!r} is being ingested by another process.",
            "Wait until it has finished.",
        ) from error
    try:
        yield
    finally:
        lock.release()
