"""The SQLite side, and what goes wrong: every failure is a sentence with a remedy."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import pytest
from sqlalchemy import text

from storage.database import Database, open_database, sqlite_url
from storage.errors import Permanent, Transient


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "what? 100%.db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    opened = open_database(sqlite_url(file), busy_timeout_seconds=0.1)
    yield opened
    opened.close()


def _add_set(database: Database, name: str) -> None:
    with database.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO document_sets (name, live_generation, last_generation, created, updated)"
                " VALUES (:name, 0, 0, '2026-01-01', '2026-01-01')"
            ),
            {"name": name},
        )


def _count(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM document_sets")).scalar_one())


def test_a_new_file_is_made_with_its_folder_and_keeps_what_is_written(file: Path, database: Database) -> None:
    assert file.is_file()
    _add_set(database, "a")
    again = open_database(sqlite_url(file))
    assert _count(again) == 1
    again.close()


def test_it_runs_in_wal_mode_with_foreign_keys(database: Database) -> None:
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def _fail_after(database: Database, statement: str) -> None:
    with database.writing() as connection:
        connection.execute(text(statement))
        raise KeyError(statement)


def test_an_exception_inside_undoes_the_transaction(database: Database) -> None:
    _add_set(database, "a")
    with pytest.raises(KeyError):
        _fail_after(database, "DELETE FROM document_sets")
    assert _count(database) == 1


def test_a_reader_keeps_its_view_while_another_writes(database: Database) -> None:
    with database.reading() as connection:
        before = connection.execute(text("SELECT count(*) FROM document_sets")).scalar_one()
        _add_set(database, "a")
        after = connection.execute(text("SELECT count(*) FROM document_sets")).scalar_one()
    assert (before, after, _count(database)) == (0, 0, 1)


def test_a_writer_elsewhere_makes_it_transient(file: Path, database: Database) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Transient, match=r"what\? 100%\.db is locked by another process .* Try again"):
        _add_set(database, "a")
    other.execute("ROLLBACK")
    other.close()
    _add_set(database, "a")
    assert _count(database) == 1


def _fill(database: Database) -> None:
    with database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.execute(text("UPDATE document_sets SET folder = :long"), {"long": "x" * 1_000_000})


def test_a_full_disk_keeps_what_was_there(database: Database) -> None:
    _add_set(database, "a")
    with pytest.raises(Permanent, match=r"disk is full.*Free some space"):
        _fill(database)
    assert _count(database) == 1


def test_a_newer_schema_is_left_alone(file: Path, database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE rag_app_schema SET version_num = '9999'"))
    database.close()
    with pytest.raises(Permanent, match=r"newer version of this program .schema 9999.*Upgrade the program"):
        open_database(sqlite_url(file))


def test_tables_of_another_program_are_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE documents (x)")
    other.close()
    with pytest.raises(Permanent, match=r"tables of another program .documents"):
        open_database(sqlite_url(tmp_path / "other.db"))


def test_a_file_of_something_else_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("these are notes, and long enough to be taken for a header " * 20)
    with pytest.raises(Permanent, match=r"notes.db is not an SQLite database.*backup"):
        open_database(sqlite_url(tmp_path / "notes.db"))


def test_a_damaged_file_says_so(file: Path, database: Database) -> None:
    for number in range(200):
        _add_set(database, f"{number:04}" * 50)
    database.close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(Permanent, match=r"is damaged.*backup"):
        open_database(sqlite_url(file))


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "plain file").touch()
    with pytest.raises(Permanent, match=r"cannot be opened .Not a directory.*Choose a data folder"):
        open_database(sqlite_url(tmp_path / "plain file" / "inside" / "rag.db"))


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="cannot be opened"):
        open_database(sqlite_url(tmp_path))


def test_an_unreachable_server_is_transient_and_its_password_not_told() -> None:
    with pytest.raises(Transient, match=r"cannot be reached .*Connection refused.*Check that") as caught:
        open_database("postgresql://someone:verysecret@127.0.0.1:1/rag")
    assert "verysecret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["mysql://u:verysecret@h/d", "no url:verysecret", "sqlite://", "sqlite:///:memory:"]
)
def test_a_url_of_no_use_names_the_form_wanted(url: str) -> None:
    with pytest.raises(Permanent, match=r"Use sqlite:////path/to/file\.db or postgresql://") as caught:
        open_database(url)
    assert "verysecret" not in str(caught.value)


def test_processes_that_open_a_new_file_at_once_all_find_it_ready(tmp_path: Path) -> None:
    program = (
        "import sys; from storage.database import open_database; sys.stdout.write('ready\\n');"
        "sys.stdout.flush(); sys.stdin.readline(); open_database(sys.argv[1]).close(); print('opened')"
    )
    url = sqlite_url(tmp_path / "fresh.db")
    arguments = [sys.executable, "-W", "error", "-c", program, url]
    openers = [subprocess.Popen(arguments, text=True, stdin=PIPE, stdout=PIPE, stderr=PIPE) for _ in range(4)]
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == "ready\n"
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("go\n")
        opener.stdin.flush()
    assert [opener.communicate(timeout=60) for opener in openers] == [("opened\n", "")] * 4
