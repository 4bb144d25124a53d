"""What every vector in a collection was made with; another embedder has a collection of its own."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256

from sqlalchemy import delete, insert, select

from storage.database import Database
from storage.tables import collections

KEY_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class CollectionRecord:
    """`dimension` of the dense vectors; `average_length` in terms a chunk, a constant in BM25 weights."""

    name: str
    embedder_version: str
    dimension: int
    average_length: float

    @property
    def key(self) -> str:
        """Of its embedder."""
        return embedder_key(self.embedder_version)


def embedder_key(version: str) -> str:
    """Eight hexadecimal digits that name an embedder in names of collections and in recipes of passages."""
    return sha256(version.encode()).hexdigest()[:KEY_CHARACTERS]


class CollectionRecords:
    """The records kept in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, name: str) -> CollectionRecord | None:
        with self._database.reading() as connection:
            row = connection.execute(select(collections).where(collections.c.name == name)).one_or_none()
        return None if row is None else CollectionRecord(*row)

    def save(self, record: CollectionRecord) -> None:
        """Writes or replaces the record of that name."""
        with self._database.writing() as connection:
            connection.execute(delete(collections).where(collections.c.name == record.name))
            connection.execute(insert(collections).values(**asdict(record)))

    def all(self) -> list[CollectionRecord]:
        """By name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(collections).order_by(collections.c.name))
            return [CollectionRecord(*row) for row in rows]

    def remove(self, name: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(collections).where(collections.c.name == name))
