"""One run of pip in the environment: progress while it runs, a Problem where it fails, all of it logged."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from scripts.installation.failures import begun_to_write, explain
from scripts.installation.progress import PipReader, StatusLine, count_installed
from storage.errors import Problem

TICK_SECONDS = 0.5
OPTIONS = ["--no-input", "--disable-pip-version-check", "--root-user-action", "ignore"]


class PipFailed(Problem):
    """pip ended badly; `wrote` tells whether it may have left packages half written."""

    def __init__(self, what: str, remedy: str, wrote: bool) -> None:
        super().__init__(what, remedy)
        self.wrote = wrote


def run_pip(venv: Path, title: str, arguments: Sequence[str], log: Path) -> None:
    """`pip install` with these arguments; PipFailed with what to do about it."""
    command = [str(venv / "bin/python"), "-m", "pip", "install", *OPTIONS, "--log", str(log), *arguments]
    line = StatusLine(title, sys.stdout)
    reader = PipReader()
    before = count_installed(venv)
    output: list[str] = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        close_fds=False,  # an orphaned pip keeps the set-up's lock until it has ended
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        for said in _lines(process.stdout):
            if said:
                output.append(said)
                reader.read(said)
            written = count_installed(venv) - before if reader.packages else 0
            line.show(f"{reader.status}, {written} written" if reader.packages else reader.status)
    text = "\n".join(output)
    if process.returncode:
        line.close("failed")
        raise PipFailed(*explain(text, process.returncode, log), wrote=begun_to_write(text))
    line.close("done")


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """The stream's lines as they come, and an empty one for each tick without any."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if not selector.select(TICK_SECONDS):
                yield ""
                continue
            part = os.read(stream.fileno(), 65536)
            if not part:
                break
            *whole, rest = (rest + part).split(b"\n")
            yield from (line.decode(errors="replace").rstrip("\r") for line in whole)
    yield rest.decode(errors="replace")
