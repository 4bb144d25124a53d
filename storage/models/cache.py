"""The folder of the models while it is written: one process at a time, and what its disk refuses."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from storage.errors import Permanent
from storage.models.assembly import Progress

_ELSEWHERE = "Free some space there, or name another folder in RAG_APP_MODELS__CACHE."
_READABLE = "Name a folder that you may write to in RAG_APP_MODELS__CACHE, or fill this one as its owner."


@contextmanager
def writing(cache: Path, progress: Progress) -> Iterator[None]:
    """Holds the cache alone, waiting for whoever holds it; errors of the disk become Permanent."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        lock = FileLock(cache / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            progress(0, 0, "waiting for another process that fetches models")
            lock.acquire()
        try:
            yield
        finally:
            lock.release()
    except OSError as error:
        what = f"The model cache {cache} cannot be written: {error.strerror or error}."
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise Permanent(what, _ELSEWHERE if full else _READABLE) from error


def require_space(cache: Path, size: int) -> None:
    """Raises Permanent when the disk of `cache` has fewer than `size` bytes free."""
    free = shutil.disk_usage(cache).free
    if free < size:
        raise Permanent(
            f"The models need {size / 1e6:.0f} MB, and {cache} has {free / 1e6:.0f} MB free.", _ELSEWHERE
        )
