"""Renews requirements.lock: `python -m scripts.lock`, the newest versions that pyproject.toml allows.

Resolved by the newest pip in a fresh environment; torch keeps its locked version (another: `--torch`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.installation.run import LOCK, ROOT, locked

HEADING = """\
# Exact versions of everything, used as pip constraints by `make setup`; renewed by `make lock`.
# No hashes: the build of torch differs by machine (CPU or GPU).
"""


def main() -> int:
    """Writes the lock; pip's status where it fails."""
    parser = argparse.ArgumentParser(prog="python -m scripts.lock", description=__doc__)
    parser.add_argument("--torch", default=locked(ROOT / LOCK, "torch"), help="the version of torch")
    torch = parser.parse_args().torch
    print("Resolving the newest versions that pyproject.toml allows ...", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        status = _resolve(Path(folder) / "venv", f"torch=={torch}", report)
        if status:
            return status
        (ROOT / LOCK).write_text(lock_text(json.loads(report.read_text())))
    print(f"{ROOT / LOCK} is renewed: read its difference, then run make test.")
    return 0


def lock_text(report: dict[str, list[dict[str, dict[str, str]]]]) -> str:
    """The lock from pip's installation report: sorted pins, without local labels such as +cpu."""
    pins = {}
    for item in report["install"]:
        name = item["metadata"]["name"].lower().replace("_", "-").replace(".", "-")
        pins[name] = item["metadata"]["version"].partition("+")[0]
    pins.pop("rag-app", None)
    return HEADING + "".join(f"{name}=={version}\n" for name, version in sorted(pins.items()))


def _resolve(venv: Path, torch: str, report: Path) -> int:
    """Every package of the project, its extras and the dev group, resolved but not installed."""
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin/python"), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    updated = subprocess.run([*pip, "--upgrade", "pip"])
    if updated.returncode:
        return updated.returncode
    everything = ["--group", f"{ROOT / 'pyproject.toml'}:dev", torch, f"{ROOT}[torch,postgresql,redis,s3]"]
    ask = ["--dry-run", "--ignore-installed", "--report", str(report)]
    return subprocess.run([*pip, *ask, *everything]).returncode


if __name__ == "__main__":
    sys.exit(main())
