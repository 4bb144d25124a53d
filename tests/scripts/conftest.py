from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A real environment, made in an instant: it sees the packages (and the pip) of the running one."""
    folder = tmp_path / "project" / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site_packages,) = folder.glob("lib/python3*/site-packages")
    (site_packages / "running.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder
