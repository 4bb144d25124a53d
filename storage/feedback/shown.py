"""Answers and search results as they were shown, for votes, replay and the record."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select

from storage.database import Database
from storage.feedback.records import Quotation, Shown, ShownSource, month_of, question_key
from storage.feedback.upsert import add_missing, add_to
from storage.tables import quotations, shown, shown_sources, tallies, votes

REPEATED_WITHIN = timedelta(days=1)  # the same person's same question adds no looks again
FORGET_AT_ONCE = 500  # so that no other writer waits long


class ShownStore:
    """What was shown, kept in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, records: Iterable[Shown]) -> None:
        """All in one transaction; Transient or Permanent where the store cannot be written."""
        with self._database.writing() as connection:
            for record in records:
                _record(connection, record)

    def forget(self, shown_before: datetime, voted_before: datetime) -> int:
        """Deletes some of what is older: what was shown with what was said of it, and old votes.

        Returns how many answers went; repeat until it is 0. Passages that nothing rests on go too.
        """
        with self._database.writing() as connection:
            old = select(shown.c.id).where(shown.c.at < shown_before).limit(FORGET_AT_ONCE)
            ids = list(connection.scalars(old))
            connection.execute(delete(shown).where(shown.c.id.in_(ids)))
            month = month_of(voted_before)
            connection.execute(delete(tallies).where(tallies.c.month < month))
            connection.execute(delete(votes).where(votes.c.month < month))
            if ids:
                connection.execute(delete(quotations).where(*_resting_on_nothing()))
        return len(ids)

    def find(self, shown_id: str) -> Shown | None:
        """As it was recorded, with its sources in order; `looks` are not kept by source and come as 0."""
        columns = (shown_sources, quotations.c.set_name, quotations.c.document_id)
        place = (quotations.c.text, quotations.c.start_offset, quotations.c.end_offset)
        query = select(*columns, *place).join(quotations).where(shown_sources.c.shown_id == shown_id)
        with self._database.reading() as connection:
            row = connection.execute(select(shown).where(shown.c.id == shown_id)).one_or_none()
            rows = connection.execute(query.order_by(shown_sources.c.position)).all()
        return None if row is None else _to_shown(row, [_to_source(r) for r in rows])


def _record(connection: Connection, record: Shown) -> None:
    key = question_key(record.question)
    fresh = not _asked_lately(connection, key, record)
    values = {
        "id": record.id,
        "kind": record.kind,
        "question": record.question,
        "question_key": key,
        "principal": record.principal,
        "at": record.at,
        "answer": record.answer,
        "refused": record.refused,
        "generator": record.generator,
        "generations": json.dumps(dict(record.generations)),
        "versions": json.dumps(dict(record.versions)),
    }
    connection.execute(insert(shown).values(**values))
    if not record.sources:
        return
    add_missing(connection, quotations, [_quotation_row(source.quotation) for source in record.sources])
    connection.execute(insert(shown_sources), [_source_row(record.id, source) for source in record.sources])
    if fresh:
        add_to(connection, tallies, ["looks"], _look_rows(key, record))


def _asked_lately(connection: Connection, key: str, record: Shown) -> bool:
    same = shown.c.question_key == key, shown.c.principal == record.principal
    lately = exists().where(*same, shown.c.at > record.at - REPEATED_WITHIN)
    return bool(connection.scalar(select(lately)))


def _look_rows(key: str, record: Shown) -> list[dict[str, Any]]:
    """One row a passage: two chunks of one text may be shown at once."""
    looks: dict[str, float] = {}
    for source in record.sources:
        looks[source.quotation.id] = looks.get(source.quotation.id, 0.0) + source.looks
    month = month_of(record.at)
    return [
        {"question_key": key, "quotation_id": id_, "month": month, "ups": 0.0, "downs": 0.0, "looks": sum_}
        for id_, sum_ in looks.items()
    ]


def _quotation_row(quotation: Quotation) -> dict[str, Any]:
    return {
        "id": quotation.id,
        "set_name": quotation.set,
        "document_id": quotation.document_id,
        "text": quotation.text,
        "start_offset": quotation.start,
        "end_offset": quotation.end,
    }


def _source_row(shown_id: str, source: ShownSource) -> dict[str, Any]:
    return {
        "shown_id": shown_id,
        "position": source.position,
        "quotation_id": source.quotation.id,
        "chunk_id": source.chunk_id,
        "score": source.score,
        "cited": source.cited,
        "signals": json.dumps(dict(source.signals)),
    }


def _to_source(row: Any) -> ShownSource:
    quotation = Quotation(row.set_name, row.document_id, row.text, row.start_offset, row.end_offset)
    signals = {name: (raw, normal, given) for name, (raw, normal, given) in json.loads(row.signals).items()}
    return ShownSource(row.position, quotation, row.chunk_id, row.score, row.cited, 0.0, signals)


def _to_shown(row: Any, sources: list[ShownSource]) -> Shown:
    return Shown(
        id=row.id,
        kind=row.kind,
        question=row.question,
        principal=row.principal,
        at=row.at,
        generations=json.loads(row.generations),
        versions=json.loads(row.versions),
        sources=sources,
        answer=row.answer,
        refused=row.refused,
        generator=row.generator,
    )


def _resting_on_nothing() -> list[Any]:
    return [
        ~exists().where(table.c.quotation_id == quotations.c.id) for table in (shown_sources, votes, tallies)
    ]
