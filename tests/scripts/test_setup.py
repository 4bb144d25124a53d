from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.setup import complaint

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", ["scripts/__init__.py", "scripts/setup.py"])
def test_python_3_6_can_read_what_it_must_to_say_that_it_is_too_old(path: str) -> None:
    ast.parse((ROOT / path).read_text(), feature_version=(3, 6))
    with pytest.raises(SyntaxError):
        ast.parse("(x := 1)", feature_version=(3, 6))


def test_an_old_python_is_told_what_it_is_and_what_to_install() -> None:
    said = complaint((3, 9, 2))
    assert said.startswith("Python 3.9 found, 3.11 or newer is needed.")
    assert "sudo apt install python3 python3-venv" in said
    assert "make setup PYTHON=/path/to/python3.11" in said


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1)])
def test_a_python_new_enough_hears_nothing(version: tuple[int, ...]) -> None:
    assert complaint(version) == ""


def _make(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(path), "HOME": os.environ.get("HOME", "/")}
    make = shutil.which("make")
    assert make is not None
    return subprocess.run(
        [make, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30
    )


def _command(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_make_passes_over_a_python_that_is_too_old(tmp_path: Path) -> None:
    _command(tmp_path, "python3", "exit 1")
    _command(tmp_path, "python3.12", f'exec {sys.executable} "$@"')
    said = _make(tmp_path, "--dry-run", "setup")
    assert "python3.12 -m scripts.setup" in said.stdout


def test_make_names_the_package_where_there_is_no_python_at_all(tmp_path: Path) -> None:
    (tmp_path / "bash").symlink_to("/bin/bash")
    said = _make(tmp_path, "setup")
    assert said.returncode != 0
    assert "sudo apt install python3 python3-venv" in said.stderr
