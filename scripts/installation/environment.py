"""The virtual environment itself: whether it can be trusted, and its making."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.installation.stamp import Stamp
from storage.errors import Permanent

LINES_SHOWN = 3


def reason_to_rebuild(venv: Path, stamp: Stamp | None, root: Path) -> str:
    """Why this environment must be made anew, in words; empty where it can be used or added to."""
    if not venv.exists():
        return "there is none yet"
    if stamp is not None and stamp.state == "installing":
        return "the last set-up was interrupted while it wrote packages"
    if stamp is not None and stamp.root != str(root):
        return f"the folder was moved here from {stamp.root}"
    if _python_of(venv) != _running_python():
        return f"it does not run Python {_running_python()}"
    return ""


def check_venv_module() -> None:
    """Permanent where this Python cannot make environments, as Debian's cannot without python3-venv."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise Permanent(
            f"{sys.executable} cannot make virtual environments: {' and '.join(missing)} is missing.",
            f"sudo apt install python3-venv (for a Python that is not the system's own: {package}); "
            "then run the same command again.",
        )


def remove(venv: Path) -> None:
    """Takes away whatever stands there; Permanent where it cannot."""
    try:
        if venv.is_symlink() or venv.is_file():
            venv.unlink()
        elif venv.exists():
            shutil.rmtree(venv)
    except OSError as error:
        raise Permanent(
            f"{venv} cannot be removed: {error.strerror}.", "Remove it yourself, then run again."
        ) from error


def make(venv: Path) -> None:
    """A fresh environment; Permanent where that fails."""
    made = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True)
    if made.returncode:
        said = (made.stderr or made.stdout).strip().splitlines()[-LINES_SHOWN:]
        raise Permanent(
            f"{sys.executable} could not make {venv}: {' '.join(said)}",
            "Check that this folder is yours to write and the disk has space; on Debian and Ubuntu also: "
            "sudo apt install python3-venv",
        )


def _running_python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _python_of(venv: Path) -> str:
    """The version that the environment's python answers with pip at hand; empty where it does not."""
    ask = "import pip, sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([str(venv / "bin/python"), "-c", ask], capture_output=True, text=True)
    except OSError:
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""
