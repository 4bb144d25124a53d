"""The product run as its users run it: commands and a server, each a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

RAG_APP = Path(sys.executable).with_name("rag-app")
RUNNING = re.compile(r"running on (http://\S+)")


def environment(data_dir: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment with no settings but those given."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("RAG_APP_")}
    ours = {"RAG_APP_DATA_DIR": str(data_dir), "RAG_APP_WORKER__IDLE_SECONDS": "1", "COLUMNS": "200"}
    return {**bare, **ours, **(settings or {})}


def rag_app(
    *arguments: str | Path, data_dir: Path, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end; the caller looks at its status."""
    return subprocess.run(
        [RAG_APP, *arguments],
        capture_output=True,
        text=True,
        env=environment(data_dir, settings),
        cwd=data_dir,
        timeout=300,
        check=False,
    )


@contextmanager
def serving(data_dir: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """The base URL of a server on a free port, stopped at the end."""
    process = subprocess.Popen(
        [RAG_APP, "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=environment(data_dir, settings),
        cwd=data_dir,
    )
    assert process.stderr is not None
    try:
        said = []
        for line in process.stderr:
            said.append(line)
            if found := RUNNING.search(line):
                yield found[1]
                break
        else:
            raise AssertionError(f"the server did not start: {''.join(said)}")
    finally:
        process.terminate()
        process.stderr.close()
        process.wait(30)
