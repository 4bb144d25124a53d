from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.processes import rag_app, serving

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session")
def knowledge_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which the examples were ingested; tests only read it."""
    data_dir = tmp_path_factory.mktemp("knowledge-base")
    done = rag_app("ingest", EXAMPLES / "knowledge_base", "--set", "examples", "--json", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (len(report["added"]), report["failed"], report["skipped"]) == (53, [], [])
    return data_dir


@pytest.fixture(scope="session")
def server(knowledge_base: Path) -> Iterator[httpx.Client]:
    """A client of a server process over the examples."""
    with serving(knowledge_base) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client
