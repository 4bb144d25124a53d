"""Which documents of a set are copies or versions of each other, as its live generation has them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    insert,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql.selectable import NamedFromClause

from storage.catalogue import is_live
from storage.database import Database
from storage.likeness_tables import likenesses, signatures
from storage.tables import document_sets, documents

_PAGE = 10_000
_NAMES_PER_QUERY = 500

Keys = Collection[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A document that is to be compared, or was."""

    id: str
    from_generation: int
    title: str
    modified: datetime | None
    signature: bytes


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two documents that say nearly the same; where `superseded`, the other one is of a later day."""

    document_id: str
    from_generation: int
    other_id: str
    other_from_generation: int
    likeness: float
    superseded: bool


class Likenesses:
    """Kept in `database` by revision, so that a rollback finds what was found of the former revisions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def uncompared(self, set_name: str, limit: int) -> list[SignedDocument]:
        """Some live documents that were not compared yet."""
        query = _signed(set_name).where(signatures.c.compared != true()).limit(limit)
        with self._database.reading() as connection:
            return [SignedDocument(*row) for row in connection.execute(query)]

    def compared(self, set_name: str) -> Iterator[list[SignedDocument]]:
        """All live ones that were, some at a time."""
        ordered = _signed(set_name).where(signatures.c.compared == true()).order_by(documents.c.document_id)
        last = ""
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(ordered.where(documents.c.document_id > last).limit(_PAGE))
                page = [SignedDocument(*row) for row in rows]
            if not page:
                return
            yield page
            last = page[-1].id

    def record(self, set_name: str, found: Sequence[Likeness], compared: Sequence[SignedDocument]) -> None:
        """Writes the pairs and marks the documents as compared; what was purged meanwhile is left out."""
        of_set = signatures.c.set_name == set_name
        with self._database.writing() as connection:
            there = _present(connection, set_name, {id_ for one in found for id_ in _ids(one)})
            rows = [
                {"set_name": set_name, **asdict(one)} for one in found if there.issuperset(_revisions(one))
            ]
            if rows:
                connection.execute(insert(likenesses), rows)
            its_row = (
                signatures.c.document_id == bindparam("id"),
                signatures.c.from_generation == bindparam("generation"),
            )
            marks = [{"id": document.id, "generation": document.from_generation} for document in compared]
            connection.execute(update(signatures).where(of_set, *its_row).values(compared=True), marks)

    def of(self, set_name: str) -> list[Likeness]:
        """Pairs that are both live, the most alike first."""
        with self._database.reading() as connection:
            rows = connection.execute(_live_pairs(*_PAIR).where(likenesses.c.set_name == set_name)).all()
        found = (Likeness(*row) for row in rows)
        return sorted(found, key=lambda one: (-one.likeness, one.document_id, one.other_id))

    def newer(self, of: Keys) -> Mapping[tuple[str, str], list[str]]:
        """(set, document) -> the live documents that supersede it, the newest first."""
        by_set: dict[str, list[str]] = {}
        for set_name, document in of:
            by_set.setdefault(set_name, []).append(document)
        found: dict[tuple[str, str], list[str]] = {}
        with self._database.reading() as connection:
            for set_name, ids in by_set.items():
                for document, other in connection.execute(_NEWER, {"set": set_name, "ids": ids}):
                    found.setdefault((set_name, document), []).append(other)
        return found


_ONE, _OTHER = documents.alias("one"), documents.alias("other")
_PAIR = tuple(column for column in likenesses.c if column.name != "set_name")
_SIGNED = (
    documents.c.document_id,
    documents.c.from_generation,
    documents.c.title,
    documents.c.modified,
    signatures.c.signature,
)


def _signed(set_name: str) -> Select[Any]:
    return (
        select(*_SIGNED)
        .select_from(signatures)
        .join(documents)
        .join(document_sets, document_sets.c.name == documents.c.set_name)
        .where(documents.c.set_name == set_name, is_live())
    )


def _live_pairs(*columns: ColumnElement[Any]) -> Select[Any]:
    same_set = likenesses.c.set_name
    return (
        select(*columns)
        .select_from(likenesses)
        .join(document_sets, document_sets.c.name == same_set)
        .join(_ONE, _is_row(_ONE, likenesses.c.document_id, likenesses.c.from_generation))
        .join(_OTHER, _is_row(_OTHER, likenesses.c.other_id, likenesses.c.other_from_generation))
    )


def _is_row(
    rows: NamedFromClause[Any], document: ColumnElement[str], generation: ColumnElement[int]
) -> ColumnElement[bool]:
    until, live = rows.c.until_generation, document_sets.c.live_generation
    return and_(
        rows.c.set_name == likenesses.c.set_name,
        rows.c.document_id == document,
        rows.c.from_generation == generation,
        rows.c.from_generation <= live,
        or_(until == null(), until > live),
    )


# Made once: building it takes as long as running it.
_NEWER = (
    _live_pairs(likenesses.c.document_id, likenesses.c.other_id)
    .where(
        likenesses.c.superseded == true(),
        likenesses.c.set_name == bindparam("set"),
        likenesses.c.document_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(_OTHER.c.modified.desc(), likenesses.c.other_id.desc())
)


def _ids(one: Likeness) -> tuple[str, str]:
    return one.document_id, one.other_id


def _revisions(one: Likeness) -> tuple[tuple[str, int], ...]:
    return (one.document_id, one.from_generation), (one.other_id, one.other_from_generation)


def _present(connection: Connection, set_name: str, ids: Collection[str]) -> set[tuple[str, int]]:
    found: set[tuple[str, int]] = set()
    names = sorted(ids)
    revisions = select(documents.c.document_id, documents.c.from_generation)
    for start in range(0, len(names), _NAMES_PER_QUERY):
        some = names[start : start + _NAMES_PER_QUERY]
        rows = connection.execute(
            revisions.where(documents.c.set_name == set_name, documents.c.document_id.in_(some))
        )
        found.update((document, generation) for document, generation in rows)
    return found
