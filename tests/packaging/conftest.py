from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installed:
    """The wheel in an environment of its own, to be run from a folder full of namesakes."""

    wheel: Path
    python: Path
    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`rag-app` with these arguments, its data in a folder of its own."""
        environment = {**os.environ, "RAG_APP_DATA_DIR": str(self.folder / "data"), "COLUMNS": "200"}
        environment.pop("PYTHONPATH", None)
        command = [str(self.python.parent / "rag-app"), *arguments]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Its environment sees the dependencies of the running one, but the project only from the wheel."""
    folder = tmp_path_factory.mktemp("elsewhere")
    python = folder / "venv/bin/python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    (site_packages,) = (folder / "venv").glob("lib/python3*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = ["-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--force-reinstall", str(wheel)]
    done = subprocess.run([str(python), *install], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    _set_traps(folder)
    return Installed(wheel, python, folder)


def _set_traps(folder: Path) -> None:
    """Namesakes of our packages in the current folder, as in any project that also has an `api`."""
    for name in ("api", "storage"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f"raise ImportError('{name} of the current folder')\n")
    for name in ("ranking", "ingestion", "rag_app"):
        (folder / f"{name}.py").write_text(f"raise ImportError('{name} of the current folder')\n")
