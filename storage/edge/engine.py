"""The engine process: `python -m storage.edge.engine SETTINGS`, SETTINGS being `EngineSettings` as JSON.

It prints one line: `{"ready": true}` once it, or another engine, serves the folder, or `{"problem": ...}`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from storage.edge.folder import EngineFolder
from storage.edge.server import Server
from storage.edge.settings import EngineSettings
from storage.edge.store import Store
from storage.edge.wire import Message, problem_to_message
from storage.errors import Permanent, Problem, Transient

_LOCK_INTERVAL_SECONDS = 0.02


def take_over(folder: EngineFolder, patience: float) -> int | None:
    """Locks the folder, waiting for a leaving engine to end; None where another one serves it."""
    deadline = time.monotonic() + patience
    while True:
        descriptor = folder.lock()
        if descriptor is not None:
            return descriptor
        try:
            folder.connect(timeout=1.0).close()
            return None
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise Transient(
                f"The vector store in {folder.path} is locked by process {folder.holder()}, "
                "which does not answer.",
                f"Wait until it has ended, or end it (kill {folder.holder()}), and try again.",
            )
        time.sleep(_LOCK_INTERVAL_SECONDS)


def _report(message: Message) -> None:
    """Says so on standard output and closes it: whoever started the engine waits for that line."""
    os.write(1, json.dumps(message).encode() + b"\n")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def serve(settings: EngineSettings) -> None:
    """Runs the engine to its end; a Problem where it cannot start."""
    folder = EngineFolder(Path(settings.folder))
    try:
        if take_over(folder, settings.lock_seconds) is None:
            _report({"ready": True})
            return
        store = Store(folder.collections, settings.reserve_bytes)
        listener = folder.listen()
    except OSError as error:
        raise Permanent(
            f"The vector store cannot use the folder {folder.path}: {error.strerror}.",
            "Make it readable and writable for this user on a local disk, or set another data folder.",
        ) from error
    _report({"ready": True})
    try:
        Server(listener, store, settings.idle_seconds, settings.rest_seconds, time.monotonic).run()
    finally:
        folder.remove_socket()
        store.close()


def main(arguments: list[str]) -> None:
    """Detaches first: the engine outlives whoever started it, and is not theirs to bury."""
    settings = EngineSettings(**json.loads(arguments[0]))
    if os.fork():
        os._exit(0)
    os.umask(0o077)
    try:
        serve(settings)
    except Problem as problem:
        _report({"problem": problem_to_message(problem)})


if __name__ == "__main__":
    main(sys.argv[1:])
