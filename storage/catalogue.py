"""Which documents a set holds at its live generation, and how the last ingestion went for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, null, or_, select, union

from storage.collection_records import KEY_CHARACTERS
from storage.database import Database
from storage.errors import NotFound
from storage.tables import document_sets, documents, outcomes


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document as ingested: `revision` is the sha256 of its bytes, `path` where it came from.

    `links` are ids of documents of its set, `signature` is what it is compared by with all others; they are
    written with it, and not read back.
    """

    id: str
    revision: str
    title: str
    path: str
    chunks: int
    modified: datetime | None = None
    language: str | None = None
    links: tuple[str, ...] = ()
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the last ingestion made of one document, and why where that is not plain."""

    document: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A document that is live, or that the last ingestion could not take; then without `record`."""

    document: str
    record: DocumentRecord | None
    outcome: Outcome | None


class Catalogue:
    """The documents and outcomes kept in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def documents(self, set_name: str) -> Mapping[str, DocumentRecord]:
        """Id -> record at the live generation; empty for an unknown set."""
        columns = [documents.c[name] for name in _RECORD]
        query = select(*columns).join(document_sets).where(documents.c.set_name == set_name, is_live())
        with self._database.reading() as connection:
            return {row[0]: DocumentRecord(*row) for row in connection.execute(query)}

    def ids(self, set_name: str, generation: int) -> list[str]:
        """Of the documents that a reader of this generation sees, in order."""
        query = select(documents.c.document_id).where(documents.c.set_name == set_name, is_at(generation))
        with self._database.reading() as connection:
            return list(connection.scalars(query.order_by(documents.c.document_id)))

    def page(self, set_name: str, after: str | None, limit: int) -> list[Listed]:
        """At most `limit` documents by id, those behind `after`: live ones, and those not taken."""
        live = select(documents.c.document_id).join(document_sets)
        not_taken = outcomes.c.outcome.in_(("failed", "skipped"))
        ids = union(
            live.where(documents.c.set_name == set_name, is_live()),
            select(outcomes.c.document_id).where(outcomes.c.set_name == set_name, not_taken),
        ).subquery()
        query = select(ids.c.document_id).order_by(ids.c.document_id).limit(limit)
        if after is not None:
            query = query.where(ids.c.document_id > after)
        columns = [documents.c[name] for name in _RECORD]
        told = select(outcomes.c.document_id, outcomes.c.outcome, outcomes.c.reason)
        with self._database.reading() as connection:
            names = connection.scalars(query).all()
            rows = connection.execute(
                select(*columns)
                .join(document_sets)
                .where(documents.c.set_name == set_name, documents.c.document_id.in_(names), is_live())
            )
            records = {row[0]: DocumentRecord(*row) for row in rows}
            said = connection.execute(
                told.where(outcomes.c.set_name == set_name, outcomes.c.document_id.in_(names))
            )
            became = {row[0]: Outcome(*row) for row in said}
        return [Listed(name, records.get(name), became.get(name)) for name in names]

    def counts(self) -> Mapping[str, tuple[int, int]]:
        """Set -> number of live documents and of their chunks; sets without any are left out."""
        totals = func.count(), func.sum(documents.c.chunks)
        query = select(documents.c.set_name, *totals).join(document_sets).where(is_live())
        with self._database.reading() as connection:
            rows = connection.execute(query.group_by(documents.c.set_name))
            return {name: (count, chunks) for name, count, chunks in rows}

    def languages(self, set_name: str, generation: int) -> frozenset[str]:
        """Of its documents at a generation, as ISO 639-1 codes; where none was kept, nothing."""
        query = select(documents.c.language).distinct()
        of_set = documents.c.set_name == set_name, documents.c.language != null(), is_at(generation)
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query.where(*of_set)))

    def embedder_keys(self, set_name: str, generation: int) -> frozenset[str]:
        """What revisions of its documents at a generation end with: keys of embedders, or older recipes."""
        ending = func.substr(documents.c.revision, func.length(documents.c.revision) - KEY_CHARACTERS + 1)
        query = select(ending).distinct().where(documents.c.set_name == set_name, is_at(generation))
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))

    def record_outcomes(self, set_name: str, outcomes_now: Iterable[Outcome]) -> None:
        """Replaces the outcomes of the set's last ingestion. Raises NotFound for an unknown set."""
        rows = {
            outcome.document: {
                "set_name": set_name,
                "document_id": outcome.document,
                "outcome": outcome.outcome,
                "reason": outcome.reason,
            }
            for outcome in outcomes_now
        }
        with self._database.writing() as connection:
            of_set = select(document_sets.c.name).where(document_sets.c.name == set_name)
            if connection.scalar(of_set) is None:
                raise NotFound(f"There is no document set {set_name!r}.", "Create it first.")
            connection.execute(delete(outcomes).where(outcomes.c.set_name == set_name))
            if rows:
                connection.execute(insert(outcomes), list(rows.values()))

    def outcomes(self, set_name: str) -> list[Outcome]:
        """By document id."""
        query = select(outcomes.c.document_id, outcomes.c.outcome, outcomes.c.reason)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(outcomes.c.set_name == set_name))
            return sorted((Outcome(*row) for row in rows), key=lambda outcome: outcome.document)


_RECORD = ("document_id", "revision", "title", "path", "chunks", "modified", "language")


def is_live() -> ColumnElement[bool]:
    """Rows of `documents`, joined with their set, that a reader of the live generation sees."""
    return is_at(document_sets.c.live_generation)


def is_at(generation: ColumnElement[int] | int) -> ColumnElement[bool]:
    """Rows of `documents` that a reader of the generation sees."""
    until = documents.c.until_generation
    return and_(documents.c.from_generation <= generation, or_(until == null(), until > generation))
