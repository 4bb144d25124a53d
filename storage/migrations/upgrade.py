"""Brings the tables of a database to the newest schema this program knows."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

import storage.jobs.tables  # noqa: F401 - they belong to `metadata`
from storage.errors import Permanent
from storage.tables import metadata

VERSION_TABLE = "rag_app_schema"  # a name of our own: a shared PostgreSQL may hold another alembic_version
HEAD = "0009"  # kept here so that an ordinary start neither imports Alembic nor takes a write lock
_LOCK = 0x7261675F617070  # any constant that names our migrations among advisory locks


def needed(connection: Connection) -> bool:
    """Whether `run` has something to do (or to refuse)."""
    return _current(connection) != HEAD


def run(connection: Connection) -> None:
    """Upgrades inside the caller's transaction; of two processes at once, the second finds it done.

    Raises Permanent where the schema is newer than the program, or another's tables stand in the way.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    found = _current(connection)
    if found == HEAD:
        return
    if found is None:
        _check_free(connection)
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise Permanent(
            f"The database was made by a newer version of this program (schema {found}, known {HEAD}).",
            "Upgrade the program, or restore the backup made before the upgrade.",
        )
    command.upgrade(config, "head")


def _check_free(connection: Connection) -> None:
    taken = sorted(set(inspect(connection).get_table_names()) & set(metadata.tables))
    if taken:
        raise Permanent(
            f"The database holds tables of another program ({', '.join(taken)}).",
            "Give this program a database, or a PostgreSQL schema, of its own.",
        )


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608
