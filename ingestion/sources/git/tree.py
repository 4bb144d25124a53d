"""What a commit holds: files and their objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from ingestion.sources.git.command import PIECE_BYTES, Git
from storage.errors import Transient

LINK, SUBMODULE = b"120000", b"160000"


@dataclass(frozen=True, slots=True)
class TreeFile:
    """`path` in bytes, as git has it; `mode` tells links from files."""

    path: bytes
    mode: bytes
    blob: str
    size: int


def read_tree(git: Git, commit: str, folder: str) -> list[TreeFile]:
    """All below `folder`, submodules left out: they are other repositories."""
    places = ["--", f"{folder}/"] if folder else []
    lines = git.run("ls-tree", "-r", "-z", "-l", "--full-tree", commit, *places).split(b"\0")
    return [file for line in lines if line and (file := _file(line)).mode != SUBMODULE]


def _file(line: bytes) -> TreeFile:
    told, _, path = line.partition(b"\t")
    mode, _, blob, size = told.split()
    return TreeFile(path, mode, blob.decode(), int(size) if size.isdigit() else 0)


class Blobs:
    """Contents by the pipes of one `git cat-file --batch`."""

    def __init__(self, asking: IO[bytes], answering: IO[bytes]) -> None:
        self._asking = asking
        self._answering = answering

    def read(self, blob: str) -> Iterator[bytes]:
        """To be read to its end before the next."""
        try:
            self._asking.write(f"{blob}\n".encode())
            self._asking.flush()
            head = self._answering.readline().split()
            if len(head) != 3 or head[1] != b"blob":
                raise _broken(blob)
            left = int(head[2])
            while left:
                piece = self._answering.read(min(left, PIECE_BYTES))
                if not piece:
                    raise _broken(blob)
                left -= len(piece)
                yield piece
            self._answering.read(1)  # the line break after each
        except OSError as error:
            raise _broken(blob) from error


def _broken(blob: str) -> Transient:
    return Transient(f"git ended while it read the object {blob}.", "Read the source again.")
