"""Insert or update on either database: the same statement, of the dialect that runs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def add_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts the rows whose primary key is not there yet."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), list(rows))


def replace_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts the rows, or puts them in place of those of the same primary key."""
    statement = _insert(connection, table)
    others = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key}
    _run(connection, table, statement, others, rows)


def add_to(
    connection: Connection, table: Table, sums: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Adds the columns `sums` of the rows to what is there.

    In the order of their keys, so that no two writers wait for each other.
    """
    statement = _insert(connection, table)
    added = {name: table.c[name] + statement.excluded[name] for name in sums}
    keys = [column.name for column in table.primary_key]
    _run(connection, table, statement, added, sorted(rows, key=lambda row: [row[key] for key in keys]))


def _run(
    connection: Connection, table: Table, statement: Any, changes: Any, rows: Sequence[Mapping[str, Any]]
) -> None:
    if rows:
        keys = [column.name for column in table.primary_key]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), list(rows))


def _insert(connection: Connection, table: Table) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
