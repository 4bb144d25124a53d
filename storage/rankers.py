"""Learned rankers by version, and the stack of those in use: the last stands, rolling back takes it off."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from storage.database import Database
from storage.errors import NotFound
from storage.tables import ranker_activations, rankers

SHIPPED = 0  # the version of what ranks before anything was learned


@dataclass(frozen=True, slots=True)
class RankerRecord:
    """`parameters` and `metrics` are plain JSON values; `questions` is how many it was learned on."""

    version: int
    created: datetime
    cross_encoder: str
    parameters: Mapping[str, Any]
    questions: int
    metrics: Mapping[str, Any]


class RankerRecords:
    """The rankers in `database`; a version is never changed and never used again."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def active(self) -> int:
        """The version in use; one small read, so that every question can ask."""
        with self._database.reading() as connection:
            return _active(connection)

    def find(self, version: int) -> RankerRecord:
        """Raises NotFound."""
        with self._database.reading() as connection:
            return _required(connection, version)

    def all(self) -> list[RankerRecord]:
        """Oldest first, without the shipped one."""
        with self._database.reading() as connection:
            return [_record(row) for row in connection.execute(select(rankers).order_by(rankers.c.version))]

    def add(
        self,
        cross_encoder: str,
        parameters: Callable[[int], Mapping[str, Any]],
        questions: int,
        metrics: Mapping[str, Any],
    ) -> int:
        """Keeps and activates a ranker; `parameters` are made from the version it gets, which is returned."""
        values = {"created": self._now(), "cross_encoder": cross_encoder, "questions": questions}
        with self._database.writing() as connection:
            row = insert(rankers).values(**values, parameters="{}", metrics=json.dumps(metrics))
            version = int(connection.execute(row.returning(rankers.c.version)).scalar_one())
            made = update(rankers).where(rankers.c.version == version)
            connection.execute(made.values(parameters=json.dumps(parameters(version))))
            self._activate(connection, version)
            return version

    def activate(self, version: int) -> None:
        """Puts a version into use, 0 the shipped one. Raises NotFound."""
        with self._database.writing() as connection:
            if version != SHIPPED:
                _required(connection, version)
            self._activate(connection, version)

    def roll_back(self) -> int:
        """Back to what was in use before; that version. Raises NotFound where there is nothing before."""
        with self._database.writing() as connection:
            last = connection.scalar(_standing(func.max(ranker_activations.c.number)))
            if last is None:
                raise NotFound("The shipped ranker is in use, and nothing was before it.", "")
            row = ranker_activations.c.number == last
            connection.execute(update(ranker_activations).where(row).values(undone=self._now()))
            return _active(connection)

    def _activate(self, connection: Connection, version: int) -> None:
        if _active(connection) != version:
            connection.execute(insert(ranker_activations).values(version=version, moment=self._now()))


def _standing(*columns: Any) -> Any:
    return select(*columns).where(ranker_activations.c.undone.is_(None))


def _active(connection: Connection) -> int:
    last = _standing(ranker_activations.c.version).order_by(ranker_activations.c.number.desc()).limit(1)
    return connection.scalar(last) or SHIPPED


def _required(connection: Connection, version: int) -> RankerRecord:
    row = connection.execute(select(rankers).where(rankers.c.version == version)).one_or_none()
    if row is None:
        raise NotFound(
            f"There is no ranker of version {version}.", "`rag-app rankers list` names those that there are."
        )
    return _record(row)


def _record(row: Row[Any]) -> RankerRecord:
    return RankerRecord(
        row.version,
        row.created,
        row.cross_encoder,
        json.loads(row.parameters),
        row.questions,
        json.loads(row.metrics),
    )
