"""What people say of what they were shown: one vote a person and item, the last word counting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select

from storage.database import Database
from storage.errors import NotFound, Transient
from storage.feedback.records import WHOLE_ANSWER, Given, month_of
from storage.feedback.upsert import add_to, replace_rows
from storage.tables import feedback, praise, quotations, shown, shown_sources, tallies, votes

_PAGE = 500

Weigh = Callable[[int, int], float]


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the record: what was said, of which question, document and words."""

    shown_id: str
    position: int
    principal: str
    kind: str
    value: int
    comment: str
    at: datetime
    question: str
    set: str | None
    document: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What people think of one passage for one question: sums of the weights of the votes that stand."""

    question_key: str
    question: str
    set: str
    document: str
    text: str
    ups: float
    downs: float


class Votes:
    """Kept in `database`; `weigh` (other votes of the person on the passage, in all) is a vote's weight."""

    def __init__(self, database: Database, weigh: Weigh, votes_an_hour: int) -> None:
        self._database = database
        self._weigh = weigh
        self._votes_an_hour = votes_an_hour

    def question(self, shown_id: str, principal: str) -> tuple[str, list[str]]:
        """The question of what was shown to this principal, and the sets of its sources; else NotFound."""
        with self._database.reading() as connection:
            row = _of(connection, shown_id, principal)
            sets = select(quotations.c.set_name).distinct().join(shown_sources)
            of_it = sets.where(shown_sources.c.shown_id == shown_id)
            return row.question, sorted(connection.scalars(of_it))

    def give(self, given: Given) -> bool:
        """Whether something said before was replaced or taken back.

        Raises NotFound for what was not shown to this principal, Transient over the rate.
        """
        with self._database.writing() as connection:
            row = _of(connection, given.shown_id, given.principal)
            quotation_id = _quotation_of(connection, given)
            self._check_rate(connection, given)
            before = connection.execute(delete(feedback).where(*_same(given))).rowcount > 0
            if given.value:
                connection.execute(insert(feedback).values(**_row(given)))
            if given.kind == "vote" and quotation_id is None:
                _praise(connection, given)
            elif given.kind == "vote":
                self._count(connection, given, row, quotation_id)
        return before

    def said(self, since: datetime | None = None) -> Iterator[Said]:
        """Everything that stands, oldest first, read a page at a time."""
        after: tuple[Any, ...] | None = None
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(_page(since, after)).all()
            for row in rows:
                yield Said(*row)
            if len(rows) < _PAGE:
                return
            after = (rows[-1].at, rows[-1].shown_id, rows[-1].position, rows[-1].principal, rows[-1].kind)

    def questions(self) -> list[tuple[str, str, str]]:
        """(question key, question, set) of all votes that stand."""
        columns = votes.c.question_key, func.min(votes.c.question), quotations.c.set_name
        query = select(*columns).join(quotations).group_by(votes.c.question_key, quotations.c.set_name)
        with self._database.reading() as connection:
            return [(key, question, set_) for key, question, set_ in connection.execute(query)]

    def standing(self) -> list[Standing]:
        """By question and passage, over all sets: for administration, never for questions."""
        liked = func.sum(case((votes.c.value > 0, votes.c.weight), else_=0.0))
        disliked = func.sum(case((votes.c.value < 0, votes.c.weight), else_=0.0))
        asked = votes.c.question_key, func.min(votes.c.question)
        passage = quotations.c.set_name, quotations.c.document_id, quotations.c.text
        query = select(*asked, *passage, liked, disliked).join(quotations)
        query = query.group_by(votes.c.question_key, votes.c.quotation_id, *passage)
        query = query.order_by(votes.c.question_key, votes.c.quotation_id)
        with self._database.reading() as connection:
            return [Standing(*row) for row in connection.execute(query)]

    def _check_rate(self, connection: Connection, given: Given) -> None:
        # Both sides of now, so that a clock that was set back locks nobody out for longer.
        lately = feedback.c.at.between(given.at - timedelta(hours=1), given.at + timedelta(hours=1))
        theirs = select(func.count()).select_from(feedback).where(feedback.c.principal == given.principal)
        said = connection.scalar(theirs.where(lately)) or 0
        if said >= self._votes_an_hour:
            raise Transient(
                f"{given.principal} has given feedback {said} times within the hour.",
                "Go on later; RAG_APP_FEEDBACK__VOTES_AN_HOUR is the limit.",
            )

    def _count(self, connection: Connection, given: Given, row: Any, quotation_id: str | None) -> None:
        """The standing vote on the passage for this question, and with it the sums."""
        key = {"question_key": row.question_key, "quotation_id": quotation_id}
        mine = [votes.c[name] == value for name, value in key.items()]
        mine.append(votes.c.principal == given.principal)
        former = connection.execute(select(votes).where(*mine).with_for_update()).one_or_none()
        if former is not None:
            _tally(connection, key, former.month, former.value, -former.weight)
            connection.execute(delete(votes).where(*mine))
        if not given.value:
            return
        theirs = select(func.count()).select_from(votes).where(votes.c.principal == given.principal)
        on_passage = connection.scalar(theirs.where(votes.c.quotation_id == quotation_id)) or 0
        weight = self._weigh(on_passage, connection.scalar(theirs) or 0)
        values = {"question": row.question, "value": given.value, "weight": weight}
        month = month_of(given.at)
        standing = {**key, "principal": given.principal, "month": month, **values}
        replace_rows(connection, votes, [standing])
        _tally(connection, key, month, given.value, weight)


def _of(connection: Connection, shown_id: str, principal: str) -> Any:
    """The row of what was shown to this principal; another's is as unknown as none."""
    its_row = shown.c.id == shown_id, shown.c.principal == principal
    row = connection.execute(select(shown).where(*its_row)).one_or_none()
    if row is None:
        raise NotFound(
            f"There is no answer {shown_id!r} that was shown to you.",
            "Give the id as the answer or the search gave it; old ones are forgotten.",
        )
    return row


def _quotation_of(connection: Connection, given: Given) -> str | None:
    """Of the source; None for the answer as a whole."""
    if given.position == WHOLE_ANSWER:
        return None
    its_row = shown_sources.c.shown_id == given.shown_id, shown_sources.c.position == given.position
    found: str | None = connection.scalar(select(shown_sources.c.quotation_id).where(*its_row))
    if found is None:
        raise NotFound(
            f"The answer {given.shown_id!r} showed no source {given.position}.",
            "Give the number that the source had, or none for the answer as a whole.",
        )
    return found


def _same(given: Given) -> list[Any]:
    keys = ("shown_id", "position", "principal", "kind")
    return [feedback.c[key] == getattr(given, key) for key in keys]


def _row(given: Given) -> dict[str, Any]:
    return {column.name: getattr(given, column.name) for column in feedback.columns}


def _tally(connection: Connection, key: dict[str, Any], month: int, value: int, weight: float) -> None:
    counts = {"ups": weight if value > 0 else 0.0, "downs": weight if value < 0 else 0.0, "looks": 0.0}
    add_to(connection, tallies, ["ups", "downs"], [{**key, "month": month, **counts}])


def _praise(connection: Connection, given: Given) -> None:
    """A liked answer praises the documents it cites, once a person and document."""
    mine = praise.c.principal == given.principal, praise.c.shown_id == given.shown_id
    connection.execute(delete(praise).where(*mine))
    if given.value <= 0:
        return
    cited = shown_sources.c.shown_id == given.shown_id, shown_sources.c.cited.is_(True)
    documents = select(quotations.c.set_name, quotations.c.document_id).join(shown_sources).where(*cited)
    person = {"principal": given.principal, "shown_id": given.shown_id}
    rows = [
        {"set_name": set_, "document_id": document, **person}
        for set_, document in connection.execute(documents.distinct())
    ]
    replace_rows(connection, praise, rows)


def _page(since: datetime | None, after: tuple[Any, ...] | None) -> Any:
    from sqlalchemy import and_, tuple_

    order = (feedback.c.at, feedback.c.shown_id, feedback.c.position, feedback.c.principal, feedback.c.kind)
    names = ("shown_id", "position", "principal", "kind", "value", "comment", "at")
    of_source = and_(
        shown_sources.c.shown_id == feedback.c.shown_id, shown_sources.c.position == feedback.c.position
    )
    query = (
        select(
            *(feedback.c[name] for name in names),
            shown.c.question,
            quotations.c.set_name,
            quotations.c.document_id,
            quotations.c.text,
        )
        .join(shown, shown.c.id == feedback.c.shown_id)
        .outerjoin(shown_sources, of_source)
        .outerjoin(quotations, quotations.c.id == shown_sources.c.quotation_id)
        .order_by(*order)
        .limit(_PAGE)
    )
    if since is not None:
        query = query.where(feedback.c.at >= since)
    return query if after is None else query.where(tuple_(*order) > tuple_(*after))
