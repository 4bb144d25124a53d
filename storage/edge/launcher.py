"""Starts the engine process and waits until it serves."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time
from dataclasses import asdict
from typing import IO

from storage.edge.folder import EngineFolder
from storage.edge.settings import EngineSettings
from storage.edge.wire import problem_from_message
from storage.errors import Permanent, Transient

_LARGEST_LOG_BYTES = 2**20


def launch(folder: EngineFolder, settings: EngineSettings, timeout: float) -> None:
    """Returns once an engine serves the folder, this one or another; Problems say why none does."""
    folder.prepare()
    with _open_log(folder) as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-m", "storage.edge.engine", json.dumps(asdict(settings))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=folder.path,
            start_new_session=True,
        )
    with process:
        assert process.stdout is not None  # noqa: S101
        line = _first_line(process.stdout.fileno(), time.monotonic() + timeout)
        if line is None:
            process.kill()
    if line is None:
        raise Transient(
            f"The embedded vector store in {folder.path} did not start within {timeout:g} s.",
            f"Try again; {folder.log} says what it is doing.",
        )
    if not line:
        raise died(folder)
    report = json.loads(line)
    if "problem" in report:
        raise problem_from_message(report["problem"])


def died(folder: EngineFolder) -> Permanent:
    """Why an engine may have ended without a word: a full disk kills it inside a mapped file."""
    free = shutil.disk_usage(folder.path).free
    if free < 32 * 2**20:
        return Permanent(
            f"The embedded vector store in {folder.path} ended: {free // 2**20} MiB are free on its disk.",
            "Free some space and try again; what was acknowledged is kept.",
        )
    return Permanent(
        f"The embedded vector store in {folder.path} ended unexpectedly.",
        f"See the end of {folder.log}; if it happens again, restore the folder from a backup.",
    )


def _open_log(folder: EngineFolder) -> IO[bytes]:
    too_long = folder.log.exists() and folder.log.stat().st_size > _LARGEST_LOG_BYTES
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if too_long else 0)
    return os.fdopen(os.open(folder.log, flags, 0o600), "ab")


def _first_line(descriptor: int, deadline: float) -> bytes | None:
    """What the engine reports; empty where it ended before, None at the deadline."""
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        received = os.read(descriptor, 65536)
        if not received:
            return b""
        line += received
    return line
