"""Converter processes: one outcome a file, whatever a file does to its converter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingestion.batch import Batch
from ingestion.conversion import Conversion, ConversionPool
from ingestion.conversion_worker import Failure
from ingestion.converters import Limits
from ingestion.document import Document
from ingestion.folder import FolderFile, list_folder
from storage.errors import Transient


@pytest.fixture
def pool() -> Iterator[ConversionPool]:
    pool = ConversionPool(2, Limits(max_bytes=10_000))
    yield pool
    pool.close()


def _files(folder: Path, **contents: str) -> tuple[FolderFile, ...]:
    for name, content in contents.items():
        (folder / f"{name}.md").write_text(content)
    return list_folder(folder).files


def test_documents_and_failures_come_in_the_order_of_the_files(tmp_path: Path, pool: ConversionPool) -> None:
    files = _files(tmp_path, a="# A\n\nText.", b="", c="x" * 20_000, d="# D\n\nText.")

    batch = Conversion(pool).run(Batch("set", 1, files))["batch"]

    assert [document.title for document in batch.documents] == ["A", "D"]
    assert [failure.document_id for failure in batch.failures] == ["b.md", "c.md"]
    assert "20,000 bytes" in batch.failures[1].reason


def test_a_document_without_a_date_is_as_old_as_its_file(tmp_path: Path, pool: ConversionPool) -> None:
    dated = "---\nmodified: 2020-05-01\n---\n# Dated\n\nText."
    files = _files(tmp_path, dated=dated, undated="# Undated\n\nText.")

    outcomes = pool.convert(files)

    assert isinstance(outcomes[0], Document)
    assert isinstance(outcomes[1], Document)
    assert outcomes[0].modified is not None
    assert outcomes[0].modified.year == 2020
    assert outcomes[1].modified == files[1].modified


def test_killed_converters_are_replaced(tmp_path: Path, pool: ConversionPool) -> None:
    files = _files(tmp_path, a="# A\n\nText.")
    pool.convert(files)
    for process in pool._idle:
        os.kill(process.pid or 0, signal.SIGKILL)

    [outcome] = pool.convert(files)

    assert isinstance(outcome, Document)


def test_a_file_that_outlasts_the_limit_costs_itself_alone(tmp_path: Path) -> None:
    patient, hasty = ConversionPool(1, Limits()), ConversionPool(1, Limits(seconds=0.0))
    files = _files(tmp_path, a="# A\n\nText.")

    for pool, expected in ((hasty, Failure), (patient, Document)):
        with closing(pool):
            [outcome] = pool.convert(files)
        assert isinstance(outcome, expected)
        if isinstance(outcome, Failure):
            assert outcome.reason == "Conversion took longer than 0 s."


def test_memory_is_bounded_for_each_file_and_the_process_goes_on(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_text("Every word of it counts. " * 4_000_000)
    (tmp_path / "small.txt").write_text("Text.")
    limits = Limits(max_bytes=200_000_000, memory_bytes=256 * 1024 * 1024)

    with closing(ConversionPool(1, limits)) as pool:
        big, small = pool.convert(list_folder(tmp_path).files)

    assert isinstance(big, Failure)
    assert big.reason == "Its conversion needs more than 256 MB of memory."
    assert isinstance(small, Document)


def test_text_beyond_the_limit_is_refused_with_both_figures(tmp_path: Path) -> None:
    files = _files(tmp_path, a="A word. " * 20)

    with closing(ConversionPool(1, Limits(max_characters=100))) as pool:
        [outcome] = pool.convert(files)

    assert isinstance(outcome, Failure)
    assert outcome.reason == "a.md holds 161 characters of text; the limit is 100."


def test_a_closed_pool_says_so(tmp_path: Path, pool: ConversionPool) -> None:
    files = _files(tmp_path, a="# A")
    pool.close()

    with pytest.raises(Transient, match="stopped"):
        pool.convert(files)


FIRST_PROCESS = """
import signal
import subprocess
import sys
from pathlib import Path
from ingestion.conversion_process import ConversionProcess
from ingestion.converters import Limits

if __name__ == "__main__":
    process = ConversionProcess(Limits())
    status = Path(f"/proc/{process.pid}/status").read_text()
    blocked = int(next(line for line in status.splitlines() if line.startswith("SigBlk")).split()[1], 16)
    print(bool(blocked & 1 << signal.SIGINT - 1))
    process.end()
"""


def test_the_first_converter_of_a_process_is_deaf_to_ctrl_c_too(tmp_path: Path) -> None:
    script = tmp_path / "first.py"
    script.write_text(FIRST_PROCESS)

    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "True"
