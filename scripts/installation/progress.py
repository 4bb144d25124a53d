"""What a running pip is busy with, in one line: a moving one on a terminal, a new one a stage in a log."""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

MEGABYTE = 1_000_000
LARGE_MEGABYTES = 10  # smaller downloads come and go too fast to be read


@dataclass
class PipReader:
    """Follows pip's output line by line (`--progress-bar raw`); `status` is what to show."""

    status: str = "starting"
    packages: int = 0
    _file: str = ""

    def read(self, line: str) -> None:
        words = line.split()
        if match := re.match(r"\s*Downloading (\S+)", line):
            self._file = match[1].rsplit("/", 1)[-1].split("-")[0]
        elif match := re.match(r"Progress (\d+) of (\d+)", line):
            self._downloaded(int(match[1]), int(match[2]))
        elif words[:1] in (["Collecting"], ["Processing"]) and len(words) > 1:
            self.status = f"looking up {words[1].rsplit('/', 1)[-1].split('-')[0]}"
        elif line.startswith("Installing collected packages:"):
            self.packages = line.count(",") + 1
            self.status = f"writing {self.packages} packages"

    def _downloaded(self, done: int, total: int) -> None:
        megabytes = total / MEGABYTE
        if megabytes < LARGE_MEGABYTES:
            self.status = f"downloading {self._file}"
        else:
            self.status = f"downloading {self._file}: {done * 100 // total} % of {megabytes:.0f} MB"


@dataclass
class StatusLine:
    """Shows the stage, what it is busy with and the seconds since it began."""

    title: str
    out: TextIO
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        if not self.out.isatty():
            self.out.write(f"{self.title} ...\n")
            self.out.flush()

    def show(self, status: str) -> None:
        if self.out.isatty():
            width = shutil.get_terminal_size().columns - 1
            self.out.write(f"\r\x1b[K{self.title} ({self._seconds()} s): {status}"[: width + 4])
            self.out.flush()

    def close(self, outcome: str) -> None:
        start = "\r\x1b[K" if self.out.isatty() else ""
        self.out.write(f"{start}{self.title}: {outcome} ({self._seconds()} s)\n")
        self.out.flush()

    def _seconds(self) -> int:
        return int(time.monotonic() - self.started)


def count_installed(venv: Path) -> int:
    """Distributions in the environment: pip itself is silent while it writes them."""
    return sum(1 for _ in venv.glob("lib/python3*/site-packages/*.dist-info"))
