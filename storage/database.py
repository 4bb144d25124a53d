"""The relational store: SQLite in a file, or PostgreSQL by URL; its tables are brought up to date at open."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from storage.database_problems import database_problem
from storage.errors import Permanent, Transient
from storage.migrations import upgrade
from storage.tables import metadata

_CONNECT_SECONDS = 5


class Database:
    """Transactions over one engine; what fails inside arrives as a Problem. Safe to share by threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._place = engine.url.database if _is_sqlite(engine.url) else engine.url.render_as_string()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view on SQLite, read committed on PostgreSQL."""
        with self._transaction("DEFERRED") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """All of it or nothing; on SQLite the one writer at a time waits here, not half-way."""
        with self._transaction("IMMEDIATE") as connection:
            yield connection

    def compact(self) -> None:
        """Writes anew what is there, so that no file holds what was deleted. Waits for readers.

        A PostgreSQL server keeps it in its own logs as long as they are kept. Raises Transient or Permanent.
        """
        try:
            if _is_sqlite(self._engine.url):
                self._compact_sqlite()
            else:
                with self._engine.connect() as connection:
                    alone = connection.execution_options(isolation_level="AUTOCOMMIT")
                    alone.exec_driver_sql(f"VACUUM {', '.join(metadata.tables)}")
        except (DBAPIError, sqlite3.Error) as error:
            raise Transient(
                f"The database {self._place} cannot be compacted: {error}.",
                "What was erased may still stand in its files: run `rag-app sets compact` at a quiet time.",
            ) from error

    def _compact_sqlite(self) -> None:
        with closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM")
            busy = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise sqlite3.OperationalError("another process is reading it")

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _transaction(self, mode: Literal["DEFERRED", "IMMEDIATE"]) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                connection.execution_options(sqlite_begin=mode)
                with connection.begin():
                    yield connection
        except DBAPIError as error:
            problem = database_problem(error, str(self._place))
            if problem is None:
                raise
            raise problem from error


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def migrate(database: Database) -> None:
    """Brings the tables of the relational store up to date."""
    with database.reading() as connection:
        upgrade_needed = upgrade.needed(connection)
    if upgrade_needed:
        with database.writing() as connection:
            upgrade.run(connection)


def open_database(
    url: str, *, busy_timeout_seconds: float = 30.0, prepare: Callable[[Database], None] = migrate
) -> Database:
    """Opens `sqlite:///file` or `postgresql://...`; `prepare` makes the tables.

    Raises Permanent (URL, rights, damage, a newer schema) or Transient (locked, unreachable).
    """
    parsed = _parsed(url)
    if not _is_sqlite(parsed):
        return _prepared(_postgresql_engine(parsed), prepare)
    path = Path(parsed.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two processes may open a new file at once, and switching to WAL does not wait for a lock.
        with FileLock(f"{path}.lock", timeout=busy_timeout_seconds):
            return _prepared(_sqlite_engine(parsed, busy_timeout_seconds), prepare)
    except Timeout as error:
        raise Transient(
            f"The database {path} is being opened by another process.",
            "Try again when that one has finished.",
        ) from error
    except OSError as error:
        raise Permanent(
            f"The database {path} cannot be opened ({error.strerror}).",
            "Choose a data folder on a disk with space that this user may write to.",
        ) from error


def _prepared(engine: Engine, prepare: Callable[[Database], None]) -> Database:
    database = Database(engine)
    try:
        prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _parsed(url: str) -> URL:
    remedy = "Use sqlite:////path/to/file.db or postgresql://user:password@host:5432/database."
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Permanent("The database URL cannot be read.", remedy) from error
    if _is_sqlite(parsed) and parsed.database not in (None, "", ":memory:"):
        return parsed
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise Permanent(f"The database URL {parsed.render_as_string()} names no database we can use.", remedy)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _postgresql_engine(url: URL) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": _CONNECT_SECONDS})
    except ImportError as error:
        raise Permanent(
            "The PostgreSQL driver is not installed.", "Run: make setup EXTRAS=torch,postgresql"
        ) from error


def _sqlite_engine(url: URL, busy_timeout_seconds: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": busy_timeout_seconds})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late for a consistent read
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")
