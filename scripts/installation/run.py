"""Set-up from beginning to end; a second run finds its stamp and returns at once."""

from __future__ import annotations

import argparse
import fcntl
import os
import platform
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from scripts.installation import stamp as stamps
from scripts.installation.disk import check_space
from scripts.installation.environment import check_venv_module, make, reason_to_rebuild, remove
from scripts.installation.pip import PipFailed, run_pip
from scripts.installation.stamp import Stamp
from storage.errors import Permanent, Problem

ROOT = Path(__file__).resolve().parents[2]
LOCK = "requirements.lock"
INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """The command: 0 when `.venv` is ready, 1 with what to do on stderr, 130 when interrupted."""
    parser = argparse.ArgumentParser(prog="python3 -m scripts.setup", description="Makes .venv ready.")
    parser.add_argument("--extras", default="torch", help="extras, joined by commas (default: torch)")
    parser.add_argument("--dev", action="store_true", help="also what the checks need")
    options = parser.parse_args(arguments)
    extras = tuple(extra for extra in options.extras.replace(",", " ").split() if extra)
    try:
        prepare(ROOT, extras, options.dev)
    except Problem as problem:
        sys.stderr.write(f"\nSet-up stopped: {problem.what}\n{problem.remedy}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted. Run the same command again; finished downloads are kept by pip.\n")
        return INTERRUPTED
    return 0


def prepare(root: Path, extras: tuple[str, ...], dev: bool) -> None:
    """Makes or completes `root/.venv`; Problem where it cannot be done."""
    venv = root / ".venv"
    wanted = stamps.wanted(root, platform.python_version(), extras, dev)
    with _alone(root / ".cache"):
        found = stamps.read(venv)
        if found is not None and found.satisfies(wanted):
            return
        check_venv_module()
        reason = reason_to_rebuild(venv, found, root)
        if reason:
            print(f"Making {venv}: {reason}.", flush=True)
            remove(venv)
            check_space(root, extras, dev)
            make(venv)
            found = None
        install(root, venv, found, wanted.joined(found))
        print(f"{venv / 'bin/rag-app'} is ready.", flush=True)


def install(root: Path, venv: Path, found: Stamp | None, wanted: Stamp) -> None:
    """Fills the environment in three steps: pip itself, torch as locked, then the project and the rest."""
    log = root / ".cache/setup.log"
    log.unlink(missing_ok=True)
    lock = ["-c", str(root / LOCK)]
    raw = ["--progress-bar", "raw"]
    stamps.write(venv, replace(wanted, state="installing"))
    try:
        run_pip(venv, "Updating pip", [f"pip=={locked(root / LOCK, 'pip')}"], log)
        if "torch" in wanted.extras:
            torch = f"torch=={locked(root / LOCK, 'torch')}"
            run_pip(venv, "Installing torch", [*lock, *raw, torch], log)
        project = f"{root}[{','.join(wanted.extras)}]" if wanted.extras else str(root)
        group = ["--group", f"{root / 'pyproject.toml'}:dev"] if wanted.dev else []
        builder = ["--build-constraint", str(root / LOCK)]
        run_pip(venv, "Installing rag-app", [*lock, *builder, *raw, *group, "-e", project], log)
    except PipFailed as failure:
        if not failure.wrote:
            stamps.write(venv, found)
        raise
    stamps.write(venv, wanted)


def locked(lock: Path, name: str) -> str:
    """The version that the lock pins for a package."""
    found = re.search(rf"^{re.escape(name)}==(\S+)$", lock.read_text(), re.MULTILINE | re.IGNORECASE)
    if found is None:
        raise Permanent(f"{lock} pins no version of {name}.", "Restore it from the repository.")
    return found[1]


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Waits until no other set-up works on the same environment."""
    try:
        cache.mkdir(exist_ok=True)
        handle = (cache / "setup.lock").open("w")
    except OSError as error:
        raise Permanent(
            f"{cache} cannot be written: {error.strerror}.", "Run as the owner of this folder."
        ) from error
    with handle:
        os.set_inheritable(handle.fileno(), True)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is running here; waiting for it.", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
