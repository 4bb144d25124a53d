from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.installation.environment import make, reason_to_rebuild, remove
from scripts.installation.stamp import Stamp
from storage.errors import Permanent


def test_a_working_environment_is_kept(venv: Path) -> None:
    stamp = Stamp("ready", "key", str(venv.parent), (), dev=False)
    assert reason_to_rebuild(venv, stamp, venv.parent) == ""
    assert reason_to_rebuild(venv, None, venv.parent) == ""


def test_one_that_was_interrupted_while_writing_is_not_trusted(venv: Path) -> None:
    stamp = Stamp("installing", "key", str(venv.parent), (), dev=False)
    assert "interrupted" in reason_to_rebuild(venv, stamp, venv.parent)


def test_one_that_was_moved_is_not_trusted(venv: Path) -> None:
    stamp = Stamp("ready", "key", "/elsewhere", (), dev=False)
    assert "moved here from /elsewhere" in reason_to_rebuild(venv, stamp, venv.parent)


def test_one_without_pip_is_not_trusted(venv: Path) -> None:
    (pth,) = venv.glob("lib/python3*/site-packages/running.pth")
    pth.unlink()
    assert "does not run Python" in reason_to_rebuild(venv, None, venv.parent)


def test_half_an_environment_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / ".venv/bin").mkdir(parents=True)
    assert "does not run Python" in reason_to_rebuild(tmp_path / ".venv", None, tmp_path)
    assert reason_to_rebuild(tmp_path / "none", None, tmp_path) == "there is none yet"


def test_what_stood_there_is_replaced_by_one_that_works(tmp_path: Path) -> None:
    venv = tmp_path / ".venv"
    venv.mkdir()
    (venv / "remains").touch()
    remove(venv)
    make(venv)
    assert not (venv / "remains").exists()
    assert reason_to_rebuild(venv, None, tmp_path) == ""


def test_a_link_is_removed_and_what_it_points_to_stays(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".venv").symlink_to(tmp_path / "elsewhere")
    remove(tmp_path / ".venv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere"]


def test_a_folder_that_takes_no_environment_is_a_sentence() -> None:
    with pytest.raises(Permanent, match="could not make /proc/venv"):
        make(Path("/proc/venv"))


def test_a_python_without_ensurepip_is_told_its_apt_line() -> None:
    # Debian's python3 without python3-venv, made real: the module is hidden in a Python of its own.
    hide = (
        "import importlib.abc, sys\n"
        "class Hidden(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'ensurepip': raise ModuleNotFoundError(name=name)\n"
        "import importlib.util\n"
        "real = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *rest: None if name == 'ensurepip' else real(name, *rest)\n"
        "from scripts.installation.environment import check_venv_module\n"
        "check_venv_module()\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", hide], cwd=root, capture_output=True, text=True)
    assert "ensurepip is missing" in done.stderr
    assert "sudo apt install python3-venv" in done.stderr
