"""Documents that failed: a revision that cannot be converted is not tried again and again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from storage.database import Database
from storage.jobs.tables import quarantine

FAILURES_UNTIL_HELD = 3  # of a document whose failure may have been an accident
_IDS = 500


@dataclass(frozen=True, slots=True)
class Held:
    """`revision` names the bytes and all that decides what becomes of them."""

    document_id: str
    revision: str
    reason: str
    remedy: str
    since: datetime
    job_id: str


class Quarantine:
    """The quarantine of the sets in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, set_name: str) -> Mapping[str, Held]:
        """Document id -> what is held, and why."""
        of_set = quarantine.c.set_name == set_name, quarantine.c.held
        query = select(*(quarantine.c[name] for name in _HELD)).where(*of_set)
        with self._database.reading() as connection:
            found = connection.execute(query.order_by(quarantine.c.document_id))
            return {row.document_id: Held(*row) for row in found}

    def lift(self, set_name: str, document_ids: Collection[str] | None = None) -> int:
        """Lets documents be tried again, all without `document_ids`; how many were held."""
        held = self.of(set_name)
        ids = [name for name in held if document_ids is None or name in document_ids]
        with self._database.writing() as connection:
            lift(connection, set_name, ids)
        return len(ids)


_HELD = tuple(Held.__dataclass_fields__)


def remember(connection: Connection, set_name: str, entry: Held, *, final: bool) -> None:
    """One more failure of this revision; it is held at once where that is `final`."""
    its_row = quarantine.c.set_name == set_name, quarantine.c.document_id == entry.document_id
    known: Any = connection.execute(select(quarantine).where(*its_row)).one_or_none()
    failures = known.failures + 1 if known and known.revision == entry.revision else 1
    held = final or failures >= FAILURES_UNTIL_HELD
    values = {name: getattr(entry, name) for name in _HELD}
    connection.execute(delete(quarantine).where(*its_row))
    connection.execute(insert(quarantine).values(set_name=set_name, failures=failures, held=held, **values))


def lift(connection: Connection, set_name: str, document_ids: Collection[str]) -> None:
    """Forgets what is known of these documents' failures."""
    ids = list(document_ids)
    for start in range(0, len(ids), _IDS):
        some = quarantine.c.document_id.in_(ids[start : start + _IDS])
        connection.execute(delete(quarantine).where(quarantine.c.set_name == set_name, some))
