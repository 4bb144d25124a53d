"""Erasing what rests on a document, or on all of a set: passages shown, votes, answers made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, update

from storage.database import Database
from storage.jobs.erasure import erase_from_jobs
from storage.tables import (
    documents,
    feedback,
    links,
    outcomes,
    praise,
    quotations,
    shown,
    shown_sources,
    tallies,
    votes,
)

ERASED = "(This answer quoted a document that was erased.)"


@dataclass(frozen=True, slots=True)
class Erased:
    """How much went: revisions of documents, passages, votes on them, and answers whose text they were in."""

    revisions: int
    passages: int
    votes: int
    answers: int


class Erasure:
    """Works on `database`; without a `document_id`, on all documents of the set."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def knows(self, set_name: str, document_id: str) -> bool:
        """Whether any generation holds the document, or anything that was shown quotes it."""
        anywhere = [
            exists().where(table.c.set_name == set_name, table.c.document_id == document_id)
            for table in (documents, quotations)
        ]
        with self._database.reading() as connection:
            return bool(connection.scalar(select(or_(*anywhere))))

    def files(self, set_name: str, document_id: str) -> dict[str, bool]:
        """Where the document came from -> whether nothing else came from there."""
        mine = documents.c.set_name == set_name, documents.c.document_id == document_id
        other = documents.alias()
        shared = exists().where(
            other.c.path == documents.c.path,
            or_(other.c.set_name != set_name, other.c.document_id != document_id),
        )
        with self._database.reading() as connection:
            rows = connection.execute(select(documents.c.path, shared).where(*mine).distinct())
            return {path: not is_shared for path, is_shared in rows}

    def questions(self, set_name: str, document_id: str | None = None) -> list[tuple[str, str]]:
        """(key, set) of the questions that nothing but votes on this justifies: their vectors are to go."""
        mine = select(votes.c.question_key).distinct().join(quotations).where(_of(set_name, document_id))
        sets = select(quotations.c.set_name).distinct().join(votes)
        others = select(votes.c.question_key, quotations.c.set_name).join(quotations)
        with self._database.reading() as connection:
            keys = list(connection.scalars(mine))
            names = {set_name, *connection.scalars(sets)}
            left = others.where(~_of(set_name, document_id), votes.c.question_key.in_(mine))
            justified = {(key, name) for key, name in connection.execute(left)}
        voted = {key for key, _ in justified}
        return sorted(
            (key, name)
            for key in keys
            for name in (names if key not in voted else {set_name})
            if (key, name) not in justified
        )

    def erase(self, set_name: str, document_id: str | None = None) -> Erased:
        """All in one transaction; links that lead to the document go too."""
        with self._database.writing() as connection:
            answers = _erase_answers(connection, set_name, document_id)
            passages, count = _erase_passages(connection, set_name, document_id)
            revisions = _erase_documents(connection, set_name, document_id)
            erase_from_jobs(connection, set_name, document_id)
        return Erased(revisions, passages, count, answers)


def _of(set_name: str, document_id: str | None) -> ColumnElement[bool]:
    of_set = quotations.c.set_name == set_name
    return of_set if document_id is None else and_(of_set, quotations.c.document_id == document_id)


def _erase_answers(connection: Connection, set_name: str, document_id: str | None) -> int:
    """The texts of answers, and comments: either may quote what was shown."""
    showing = select(shown_sources.c.shown_id).join(quotations).where(_of(set_name, document_id))
    its_source = (
        select(shown_sources.c.shown_id)
        .join(quotations)
        .where(
            _of(set_name, document_id),
            shown_sources.c.shown_id == feedback.c.shown_id,
            shown_sources.c.position == feedback.c.position,
        )
    )
    connection.execute(delete(feedback).where(its_source.exists()))
    connection.execute(update(feedback).where(feedback.c.shown_id.in_(showing)).values(comment=""))
    texts = shown.c.id.in_(showing), shown.c.answer.is_not(None)
    return connection.execute(update(shown).where(*texts).values(answer=ERASED)).rowcount


def _erase_passages(connection: Connection, set_name: str, document_id: str | None) -> tuple[int, int]:
    passages = select(quotations.c.id).where(_of(set_name, document_id))
    count = connection.execute(delete(votes).where(votes.c.quotation_id.in_(passages))).rowcount
    for table in (tallies, shown_sources):
        connection.execute(delete(table).where(table.c.quotation_id.in_(passages)))
    connection.execute(delete(praise).where(*_in(praise, set_name, document_id)))
    return connection.execute(delete(quotations).where(_of(set_name, document_id))).rowcount, count


def _erase_documents(connection: Connection, set_name: str, document_id: str | None) -> int:
    if document_id is not None:
        to_it = links.c.set_name == set_name, links.c.target == document_id
        connection.execute(delete(links).where(*to_it))
    connection.execute(delete(outcomes).where(*_in(outcomes, set_name, document_id)))
    return connection.execute(delete(documents).where(*_in(documents, set_name, document_id))).rowcount


def _in(table: Any, set_name: str, document_id: str | None) -> list[ColumnElement[bool]]:
    chosen = [table.c.set_name == set_name]
    return chosen if document_id is None else [*chosen, table.c.document_id == document_id]
