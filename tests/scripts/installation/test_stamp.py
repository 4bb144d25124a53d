from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scripts.installation import stamp as stamps
from scripts.installation.stamp import Stamp

READY = Stamp("ready", "key", "/project", ("torch",), dev=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in stamps.INPUTS:
        (tmp_path / name).write_text(name)
    return tmp_path


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    stamps.write(tmp_path, READY)
    assert stamps.read(tmp_path) == READY


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"extras": 3}', "null"])
def test_a_damaged_stamp_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / stamps.FILE).write_text(content)
    assert stamps.read(tmp_path) is None


def test_writing_none_removes_it(tmp_path: Path) -> None:
    stamps.write(tmp_path, READY)
    stamps.write(tmp_path, None)
    assert stamps.read(tmp_path) is None


@pytest.mark.parametrize("name", stamps.INPUTS)
def test_the_key_changes_with_each_input(root: Path, name: str) -> None:
    before = stamps.wanted(root, "3.11.7", (), dev=False)
    (root / name).write_text("changed")
    assert stamps.wanted(root, "3.11.7", (), dev=False).key != before.key


def test_the_key_changes_with_the_python(root: Path) -> None:
    assert stamps.wanted(root, "3.11.7", (), False).key != stamps.wanted(root, "3.12.1", (), False).key


def test_more_than_was_wanted_satisfies() -> None:
    assert replace(READY, extras=("postgresql", "torch"), dev=True).satisfies(READY)


@pytest.mark.parametrize(
    "found",
    [
        replace(READY, state="installing"),
        replace(READY, key="other"),
        replace(READY, root="/elsewhere"),
        replace(READY, extras=()),
    ],
)
def test_less_or_other_does_not_satisfy(found: Stamp) -> None:
    assert not found.satisfies(READY)


def test_a_set_up_keeps_what_an_earlier_one_installed() -> None:
    earlier = replace(READY, extras=("postgresql",), dev=True)
    assert READY.joined(earlier) == replace(READY, extras=("postgresql", "torch"), dev=True)
    assert READY.joined(None) == READY
