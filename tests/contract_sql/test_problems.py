"""Failures while connected arrive as Problems, on the databases that can have them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from storage.database import Database, open_database
from storage.errors import Permanent, Transient


@pytest.fixture
def second(new_url: str, database: Database) -> Iterator[Database]:
    opened = open_database(new_url)
    yield opened
    opened.close()


def _write(database: Database, *statements: str) -> None:
    with database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


ADD = "INSERT INTO collections VALUES ('chunks', 'v', 384, 100)"
# SQLite locks the whole file, which tests/storage/test_database.py shows, and has no server to lose.
ON_POSTGRESQL = pytest.mark.parametrize("new_url", ["postgresql"], indirect=True)
CHANGE = "UPDATE collections SET dimension = 768"


def test_a_read_only_database(database: Database) -> None:
    with database.reading() as connection:
        sqlite = connection.dialect.name == "sqlite"
    forbid = "PRAGMA query_only = ON" if sqlite else "SET TRANSACTION READ ONLY"
    with pytest.raises(Permanent, match=r"is read-only"):
        _write(database, forbid, ADD)


@ON_POSTGRESQL
def test_a_row_that_another_holds(database: Database, second: Database) -> None:
    _write(database, ADD)
    with database.writing() as connection:
        connection.execute(text(CHANGE))
        with pytest.raises(Transient, match=r"is locked by another process.*Try again"):
            _write(second, "SET LOCAL lock_timeout = '50ms'", CHANGE)


@ON_POSTGRESQL
def test_a_server_that_ends_the_connection(database: Database) -> None:
    with pytest.raises(Transient, match=r"shutting down|cannot be reached"):
        _write(database, "SELECT pg_terminate_backend(pg_backend_pid())")
    _write(database, ADD)
