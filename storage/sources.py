"""The sources that a document set is fed from: what an administrator chose, and how the last reading went."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from storage.database import Database
from storage.errors import InvalidInput, NotFound
from storage.tables import document_sets, sources

Kind = Literal["folder", "upload", "web", "git", "object_store"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# The name of a folder on every system, and the first part of the ids of its documents.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One source of a set; a folder's `name` is "" where the ids of its documents have no prefix.

    `options` hold no secret. `last_problem` is why its last reading did not come to its end.
    """

    set: str
    name: str
    kind: Kind
    options: Mapping[str, Any]
    state: Mapping[str, Any]
    requested_by: str
    created: datetime
    updated: datetime
    last_read: datetime | None = None
    last_problem: str | None = None


class Sources:
    """The sources in `database`; `now` gives aware times."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def of(self, set_name: str) -> list[SourceRecord]:
        """By name, the one without a name first; none for an unknown set."""
        with self._database.reading() as connection:
            return _of(connection, set_name)

    def check_set(self, set_name: str) -> None:
        """Raises NotFound for an unknown set."""
        with self._database.reading() as connection:
            _check_set(connection, set_name)

    def find(self, set_name: str, name: str) -> SourceRecord | None:
        return next((found for found in self.of(set_name) if found.name == name), None)

    def get(self, set_name: str, name: str) -> SourceRecord:
        """Raises NotFound."""
        with self._database.reading() as connection:
            return _required(connection, set_name, name)

    def add(
        self, set_name: str, name: str, kind: str, options: Mapping[str, Any], requested_by: str
    ) -> SourceRecord:
        """Raises NotFound for an unknown set, InvalidInput where the name is impossible or taken."""
        _check_name(name, kind)
        moment = self._now()
        values = {"kind": _checked_kind(kind), "options": json.dumps(dict(options)), "state": "{}"}
        acts = {"requested_by": requested_by, "created": moment, "updated": moment}
        with self._database.writing() as connection:
            _check_set(connection, set_name)
            _check_free(_of(connection, set_name), set_name, name)
            connection.execute(insert(sources).values(set_name=set_name, name=name, **values, **acts))
            _follow(connection, set_name)
            return _required(connection, set_name, name)

    def change(self, set_name: str, name: str, options: Mapping[str, Any], requested_by: str) -> SourceRecord:
        """Replaces all its options; what it held leaves with the next reading. Raises NotFound."""
        values = {"options": json.dumps(dict(options)), "requested_by": requested_by, "updated": self._now()}
        with self._database.writing() as connection:
            _required(connection, set_name, name)
            connection.execute(update(sources).where(_is(set_name, name)).values(**values))
            _follow(connection, set_name)
            return _required(connection, set_name, name)

    def remove(self, set_name: str, name: str) -> None:
        """Raises NotFound."""
        with self._database.writing() as connection:
            _required(connection, set_name, name)
            connection.execute(delete(sources).where(_is(set_name, name)))
            _follow(connection, set_name)

    def save_state(
        self, set_name: str, name: str, state: Mapping[str, Any] | None, problem: str | None
    ) -> None:
        """How a reading that ends now went; without a `state`, the former stands."""
        values: dict[str, Any] = {"last_read": self._now(), "last_problem": problem}
        if state is not None:
            values["state"] = json.dumps(dict(state))
        with self._database.writing() as connection:
            connection.execute(update(sources).where(_is(set_name, name)).values(**values))


def _is(set_name: str, name: str) -> ColumnElement[bool]:
    return (sources.c.set_name == set_name) & (sources.c.name == name)


def _of(connection: Connection, set_name: str) -> list[SourceRecord]:
    rows = connection.execute(select(sources).where(sources.c.set_name == set_name))
    return sorted((_record(row) for row in rows), key=lambda record: record.name)


def _record(row: Any) -> SourceRecord:
    return SourceRecord(
        set=row.set_name,
        name=row.name,
        kind=row.kind,
        options=json.loads(row.options),
        state=json.loads(row.state),
        requested_by=row.requested_by,
        created=row.created,
        updated=row.updated,
        last_read=row.last_read,
        last_problem=row.last_problem,
    )


def _required(connection: Connection, set_name: str, name: str) -> SourceRecord:
    row = connection.execute(select(sources).where(_is(set_name, name))).one_or_none()
    if row is None:
        _check_set(connection, set_name)
        raise NotFound(
            f"The document set {set_name!r} has no source {name!r}.",
            f"See `rag-app sources list {set_name}`.",
        )
    return _record(row)


def _check_set(connection: Connection, set_name: str) -> None:
    if connection.scalar(select(document_sets.c.name).where(document_sets.c.name == set_name)) is None:
        raise NotFound(f"There is no document set {set_name!r}.", "Create it first.")


def _check_name(name: str, kind: str) -> None:
    if not NAME.fullmatch(name) and (name or kind != "folder"):
        raise InvalidInput(
            f"A source cannot be called {name[:100]!r}.",
            "Use 1 to 63 of A-Z, a-z, 0-9, dot, hyphen, underscore; only a folder may have no name.",
        )


def _checked_kind(kind: str) -> str:
    if kind not in KINDS:
        raise InvalidInput(f"There is no kind of source {kind!r}.", f"Choose one of {', '.join(KINDS)}.")
    return kind


def _check_free(there: list[SourceRecord], set_name: str, name: str) -> None:
    taken = next((found.name for found in there if found.name.casefold() == name.casefold()), None)
    if taken is not None:  # in capitals or not: some file systems would mix them up
        raise InvalidInput(
            f"The document set {set_name!r} has a source {taken!r} already.", "Choose another name."
        )


def _follow(connection: Connection, set_name: str) -> None:
    """`document_sets.folder` shows where the source without a name lies, where that is a folder."""
    row = connection.execute(select(sources).where(_is(set_name, ""))).one_or_none()
    folder = json.loads(row.options).get("path") if row is not None and row.kind == "folder" else None
    its_row = document_sets.c.name == set_name
    connection.execute(update(document_sets).where(its_row).values(folder=folder))
