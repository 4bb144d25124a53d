from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from storage.models.assembly import WrongBytes, assemble, no_progress
from storage.models.catalogue import ModelFile, Part
from tests.storage.models.conftest import IN_PIECES, PIECES, sha256

FILE = IN_PIECES.files[0]
WHOLE = b"".join(PIECES)


class Source:
    """The parts from memory, and which of them were asked for."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.opened: list[str] = []
        self._bytes = dict(zip((part.member for part in FILE.parts), pieces, strict=True))

    @contextmanager
    def open(self, part: Part) -> Iterator[IO[bytes]]:
        self.opened.append(part.member)
        yield io.BytesIO(self._bytes[part.member])


@pytest.mark.parametrize(
    ("found", "fetched"),
    [
        (b"", 3),
        (b"short", 3),
        (bytes(9_000_000), 3),
        (PIECES[0] + bytes(10), 2),
        (PIECES[0] + PIECES[1], 1),
        (WHOLE + b"more", 0),
        (WHOLE, 0),
    ],
    ids=["empty", "short", "wrong", "one part", "two parts", "too long", "whole"],
)
def test_whatever_an_earlier_run_left_is_checked_and_good_parts_are_kept(
    tmp_path: Path, found: bytes, fetched: int
) -> None:
    partial, target, source = tmp_path / "partial", tmp_path / "deep/target", Source(PIECES)
    partial.write_bytes(found)
    assemble(FILE, target, partial, source.open, no_progress)
    assert target.read_bytes() == WHOLE
    assert not partial.exists()
    assert source.opened == [part.member for part in FILE.parts[len(FILE.parts) - fetched :]]


@pytest.mark.parametrize("wrong", [b"", PIECES[1][:-1], PIECES[1] + b"x", bytes(len(PIECES[1]))])
def test_a_wrong_part_is_refused_and_the_good_ones_before_it_are_kept(tmp_path: Path, wrong: bytes) -> None:
    partial, target = tmp_path / "partial", tmp_path / "target"
    with pytest.raises(WrongBytes, match=sha256(wrong)) as caught:
        assemble(FILE, target, partial, Source([PIECES[0], wrong, PIECES[2]]).open, no_progress)
    assert FILE.parts[1].sha256 in caught.value.what
    assert not target.exists()
    assert partial.read_bytes() == PIECES[0]


def test_parts_that_do_not_make_the_whole_are_refused(tmp_path: Path) -> None:
    swapped = ModelFile(FILE.path, FILE.sha256, (FILE.parts[1], FILE.parts[0], FILE.parts[2]))
    with pytest.raises(WrongBytes, match=FILE.sha256):
        assemble(swapped, tmp_path / "target", tmp_path / "partial", Source(PIECES).open, no_progress)
    assert list(tmp_path.iterdir()) == []
