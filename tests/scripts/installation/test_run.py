from __future__ import annotations

import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from scripts.installation import stamp as stamps
from scripts.installation.pip import PipFailed
from scripts.installation.run import locked, prepare
from storage.errors import Permanent

PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "rag-app"
version = "1"
dependencies = []
[project.optional-dependencies]
torch = []
missing = ["rag-app-no-such-component"]
"""
# The smallest build backend there can be, so that a real pip installs a real project without a network.
BACKEND = '''
import pathlib, zipfile
NAME = "rag_app-1-py3-none-any.whl"
FILES = {
    "rag_app.pth": str(pathlib.Path.cwd()),
    "rag_app-1.dist-info/METADATA": """Metadata-Version: 2.1
Name: rag-app
Version: 1
Provides-Extra: torch
Provides-Extra: missing
Requires-Dist: rag-app-no-such-component; extra == "missing"
""",
    "rag_app-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "rag_app-1.dist-info/entry_points.txt": "[console_scripts]\\nrag-app = answer:main\\n",
    "rag_app-1.dist-info/RECORD": "",
}
def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(pathlib.Path(folder) / NAME, "w") as wheel:
        for name, content in FILES.items():
            wheel.writestr(name, content)
    return NAME
'''


@pytest.fixture
def root(venv: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = venv.parent
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "backend.py").write_text(BACKEND)
    (folder / "answer.py").write_text("def main():\n    print('ready')\n")
    (folder / "requirements.lock").write_text(f"pip=={version('pip')}\ntorch=={version('torch')}\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    return folder


def _changed(venv: Path) -> int:
    return (venv / stamps.FILE).stat().st_mtime_ns


def test_set_up_leaves_the_command_ready_and_a_second_one_touches_nothing(
    root: Path, venv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(root, ("torch",), dev=False)
    said = subprocess.run([str(venv / "bin/rag-app")], capture_output=True, text=True, check=True)
    assert said.stdout == "ready\n"
    assert "Installing rag-app: done" in capsys.readouterr().out
    before = _changed(venv)
    prepare(root, ("torch",), dev=False)
    assert _changed(venv) == before
    assert capsys.readouterr().out == ""


def test_a_changed_lock_installs_again(root: Path, venv: Path) -> None:
    prepare(root, (), dev=False)
    before = _changed(venv)
    with (root / "requirements.lock").open("a") as lock:
        lock.write("tqdm==4.0\n")
    prepare(root, (), dev=False)
    assert _changed(venv) > before


def test_a_failure_before_anything_is_written_keeps_the_environment(root: Path, venv: Path) -> None:
    prepare(root, (), dev=False)
    ready = stamps.read(venv)
    with pytest.raises(PipFailed, match="rag-app-no-such-component for this machine") as raised:
        prepare(root, ("missing",), dev=False)
    assert stamps.read(venv) == ready
    log = root / ".cache/setup.log"
    assert raised.value.remedy.endswith(str(log))
    assert "rag-app-no-such-component" in log.read_text()


def test_an_unreachable_index_is_said_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(PipFailed, match="The package index cannot be reached"):
        prepare(root, ("missing",), dev=False)


def test_a_set_up_waits_for_the_one_that_is_running(root: Path) -> None:
    (root / ".cache").mkdir()
    hold = (
        "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, 2); print('held', flush=True); input()"
    )
    lock = str(root / ".cache/setup.lock")
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        command = (
            "from pathlib import Path; from scripts.installation.run import prepare; "
            f"prepare(Path({str(root)!r}), (), False)"
        )
        waiter = subprocess.Popen(
            [sys.executable, "-c", command],
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
            text=True,
        )
        with waiter:
            assert waiter.stdout is not None
            assert waiter.stdout.readline() == "Another set-up is running here; waiting for it.\n"
            assert waiter.poll() is None
            holder.communicate("\n")
            assert waiter.wait(timeout=60) == 0


def test_a_lock_without_the_pin_is_a_sentence(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("torchvision==1.0\n")
    with pytest.raises(Permanent, match="pins no version of torch"):
        locked(lock, "torch")


def test_the_stamp_knows_the_python(root: Path, venv: Path) -> None:
    prepare(root, (), dev=False)
    assert stamps.read(venv) == stamps.wanted(root, platform.python_version(), (), dev=False)
