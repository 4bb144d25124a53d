"""Generations through the facade, with the real engine and database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from rag_app.application import ANONYMOUS, Application
from storage.errors import InvalidInput, Transient

READERS = 4


def _write(folder: Path, revision: int) -> None:
    for name in ("parking", "coffee", "badges"):
        (folder / f"{name}.md").write_text(
            f"# Rules\n\nOf {name}, this is revision {revision} of the rules.\n"
        )


def _texts(application: Application) -> dict[str, str]:
    found = application.answers.search("rules", ANONYMOUS, rerank="none", sets=["office"])
    return {result.document: result.text for result in found.results}


def test_a_roll_back_brings_back_what_was_live_for_searches_and_for_ingestion(
    application: Application, tmp_path: Path
) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    for revision in (1, 2):
        _write(folder, revision)
        application.documents.ingest(folder)

    done = application.sets.roll_back("office", ANONYMOUS)

    assert (done.generation, done.former) == (1, 2)
    assert all("revision 1" in text for text in _texts(application).values())
    assert [g.state for g in application.sets.generations("office").generations] == ["rolled back", "live"]
    assert len(application.documents.ingest(folder, dry_run=True).changed) == 3
    with pytest.raises(Transient, match="rolled back a moment ago"):
        application.documents.ingest(folder)
    with pytest.raises(InvalidInput, match="no generation before 1"):
        application.sets.roll_back("office", ANONYMOUS)
    assert application.sets.show("office").generation == 1


def test_readers_never_see_a_mixture_while_generations_come_and_go(
    application: Application, tmp_path: Path
) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    _write(folder, 1)
    application.documents.ingest(folder)
    application.sets.change("office", ANONYMOUS, kept_generations=9)

    with _reading(application) as seen:
        for revision in (2, 3, 4):
            _write(folder, revision)
            application.documents.ingest(folder)
        for _ in range(3):
            application.sets.roll_back("office", ANONYMOUS)
        application.sets.clean_up("office")

    assert {len(one) for one in seen} == {3}, "each question finds all three documents"
    revisions = [set(re.findall(r"revision (\d)", " ".join(one.values()))) for one in seen]
    assert {len(of_one) for of_one in revisions} == {1}, "of one revision"
    assert application.sets.show("office").generation == 1


@contextmanager
def _reading(application: Application) -> Iterator[list[dict[str, str]]]:
    """Questions all the while; at the end, what each found."""
    seen: list[dict[str, str]] = []
    begun, stop = Event(), Event()

    def read() -> None:
        while not stop.is_set():
            seen.append(_texts(application))
            begun.set()

    with ThreadPoolExecutor(READERS) as pool:
        reading = [pool.submit(read) for _ in range(READERS)]
        try:
            assert begun.wait(60)
            yield seen
        finally:
            stop.set()
    for one in reading:
        one.result()
