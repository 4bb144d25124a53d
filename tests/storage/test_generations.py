"""Processes that die: after kill -9 a reader finds the old generation or the new one, whole."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE

import pytest

from storage.catalogue import Catalogue, DocumentRecord
from storage.database import Database, open_database, sqlite_url
from storage.document_sets import DocumentSets
from storage.generations import Build, Generations
from storage.principal import ANONYMOUS

DOCUMENTS = 3000

# Replaces every document; says where it is, and goes on when told.
PROGRAM = """
import sys
from datetime import UTC, datetime
from storage.catalogue import DocumentRecord
from storage.database import open_database
from storage.generations import Generations

url, count = sys.argv[1], int(sys.argv[2])

def pause(place):
    print(place, flush=True)
    sys.stdin.readline()

def documents():
    for number in range(count):
        if number == count - 100:
            pause("inside")
        yield DocumentRecord(str(number), "new", "", "", 1)

generations = Generations(open_database(url), lambda: datetime.now(UTC))
build = generations.begin("a")
pause("begun")
generations.publish("a", build.generation, documents(), ["gone"])
pause("published")
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return sqlite_url(tmp_path / "rag.db")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    DocumentSets(opened, _now).create("a")
    generations = Generations(opened, _now)
    old = [DocumentRecord(str(number), "old", "", "", 1) for number in range(DOCUMENTS)]
    gone = DocumentRecord("gone", "old", "", "", 1)
    generations.publish("a", generations.begin("a").generation, [*old, gone])
    yield opened
    opened.close()


def _now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def _kill_at(place: str, url: str) -> None:
    arguments = [sys.executable, "-c", PROGRAM, url, str(DOCUMENTS)]
    with subprocess.Popen(arguments, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        while (reached := process.stdout.readline().strip()) != place:
            assert reached, f"the program ended before it was {place}"
            process.stdin.write("on\n")
            process.stdin.flush()
        process.kill()
    assert process.returncode == -signal.SIGKILL


def _seen(database: Database) -> tuple[int, set[str], int]:
    found = Catalogue(database).documents("a")
    live = DocumentSets(database, _now).pin(ANONYMOUS)["a"]
    return live, {record.revision for record in found.values()}, len(found)


@pytest.mark.parametrize("place", ["begun", "inside"])
def test_killed_before_the_end_of_the_switch_the_old_generation_stays(
    place: str, url: str, database: Database
) -> None:
    _kill_at(place, url)
    assert _seen(database) == (1, {"old"}, DOCUMENTS + 1)
    generations = Generations(database, _now)
    assert generations.begin("a") == Build("a", 3, 1, (2,))
    generations.abandon("a", 2)
    generations.publish("a", 3, [DocumentRecord("0", "newest", "", "", 1)])
    assert _seen(database) == (3, {"old", "newest"}, DOCUMENTS + 1)


def test_killed_after_the_switch_the_new_generation_stays(url: str, database: Database) -> None:
    _kill_at("published", url)
    assert _seen(database) == (2, {"new"}, DOCUMENTS)
    assert Generations(database, _now).begin("a") == Build("a", 3, 2, ())


def test_a_reader_is_never_stopped_by_a_switch(url: str, database: Database) -> None:
    arguments = [sys.executable, "-c", PROGRAM, url, str(DOCUMENTS)]
    with subprocess.Popen(arguments, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.stdin.write("on\n")
        process.stdin.flush()
        assert process.stdout.readline() == "inside\n"
        assert _seen(database) == (1, {"old"}, DOCUMENTS + 1)
        process.stdin.write("on\non\n")
        process.stdin.flush()
        assert process.stdout.readline() == "published\n"
        assert _seen(database) == (2, {"new"}, DOCUMENTS)
