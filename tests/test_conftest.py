from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

SKIPPED = """
import pytest

@pytest.mark.skip(reason="the reranker is not in the cache")
def test_installable(): ...

@pytest.mark.skip(reason="no server: set RAG_APP_TEST_QDRANT_URL")
def test_outside(): ...

@pytest.mark.xfail(reason="known")
def test_known(): assert False
"""
SKIPPED_WHOLE = 'import pytest\npytest.importorskip("no_such_component")\n'


def _pytest(folder: Path, strict: str) -> dict[str, int]:
    """Outcomes of the suite in `folder`, by name."""
    environment = {**os.environ, "RAG_APP_TEST_STRICT": strict, "PYTEST_ADDOPTS": "", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    words = done.stdout.strip().splitlines()[-1].replace(",", "").split()
    counted = [(name.rstrip("s"), count) for count, name in pairwise(words) if count.isdigit()]
    return {name: int(count) for name, count in counted}


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    shutil.copy(Path(__file__).parent / "conftest.py", tmp_path)
    (tmp_path / "test_skipped.py").write_text(SKIPPED)
    return tmp_path


def test_strict_fails_a_skip_for_what_could_be_installed(suite: Path) -> None:
    assert _pytest(suite, "1") == {"error": 1, "skipped": 1, "xfailed": 1}


def test_elsewhere_a_skip_stays_a_skip(suite: Path) -> None:
    assert _pytest(suite, "") == {"skipped": 2, "xfailed": 1}


def test_strict_fails_a_module_skipped_as_a_whole(suite: Path) -> None:
    (suite / "test_skipped.py").write_text(SKIPPED_WHOLE)
    assert _pytest(suite, "1") == {"error": 1}
