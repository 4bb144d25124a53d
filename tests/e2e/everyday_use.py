"""What people do with the product every day: ingest a folder, ask, serve, search and chat.

Run as `python -m tests.e2e.everyday_use DATA_DIR FOLDER`, it does so in whatever network it finds itself.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from tests.e2e.processes import rag_app, serving

QUESTION = "How many days of annual leave are there?"


def everyday_use(data_dir: Path, folder: Path, settings: Mapping[str, str] | None = None) -> None:
    """AssertionError where something does not work."""
    for arguments in (("ingest", folder), ("ask", QUESTION), ("status",), ("models", "verify")):
        done = rag_app(*arguments, data_dir=data_dir, settings=settings)
        assert done.returncode == 0, done.stderr
    with serving(data_dir, settings) as url, httpx.Client(base_url=url, timeout=60) as client:
        assert client.get("/readyz").status_code == 200
        assert client.post("/api/search", json={"question": QUESTION}).json()["results"]
        assert client.post("/api/chat", json={"question": QUESTION}).json()["sources"]


if __name__ == "__main__":
    everyday_use(Path(sys.argv[1]), Path(sys.argv[2]))
