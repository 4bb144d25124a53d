"""Converter processes: one outcome a file, whatever a file does to its converter."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.batch import Batch
from ingestion.conversion import Conversion, ConversionPool
from ingestion.conversion_worker import Failure
from ingestion.document import Document
from ingestion.folder import FolderFile, list_folder


@pytest.fixture
def pool() -> Iterator[ConversionPool]:
    pool = ConversionPool(workers=2, max_bytes=10_000)
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
    assert pool._executor is not None
    for process in list(pool._executor._processes):
        os.kill(process, signal.SIGKILL)

    [outcome] = pool.convert(files)

    assert isinstance(outcome, Document)


def test_a_file_that_outlasts_the_limit_costs_itself_alone(tmp_path: Path) -> None:
    pool = ConversionPool(workers=1, max_bytes=10_000, seconds_a_file=0.0)
    try:
        [outcome] = pool.convert(_files(tmp_path, a="# A\n\nText."))
    finally:
        pool.close()

    assert isinstance(outcome, Failure)
    assert "longer than 0 s" in outcome.reason
