"""What past votes and links say of the documents of one question's candidates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from storage.catalogue import is_live
from storage.database import Database
from storage.feedback.records import Quotation
from storage.tables import document_sets, documents, links, praise, quotations, tallies

NONE = 1e-9  # of sums from which as much was taken as had been added
Documents = Collection[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one passage, for one past question, in one month: weighed votes, and looks it could expect."""

    question_key: str
    quotation_id: str
    month: int
    ups: float
    downs: float
    looks: float


class Evidence:
    """Reads a few summed rows a question, however many votes there are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tallies(
        self, question_keys: Collection[str], of: Documents
    ) -> tuple[list[Tally], Mapping[str, Quotation]]:
        """Of these questions on these documents (set, id); and the passages by id, where any was voted on."""
        if not question_keys or not of:
            return [], {}
        asked = tallies.c.question_key.in_(sorted(question_keys))
        query = (
            select(tallies)
            .join(quotations)
            .where(asked, _of(of, quotations.c.set_name, quotations.c.document_id))
        )
        with self._database.reading() as connection:
            found = [Tally(*row) for row in connection.execute(query)]
            voted = {tally.quotation_id for tally in found if max(tally.ups, tally.downs) > NONE}
            rows = connection.execute(select(quotations).where(quotations.c.id.in_(sorted(voted)))).all()
        texts = {
            row.id: Quotation(row.set_name, row.document_id, row.text, row.start_offset, row.end_offset)
            for row in rows
        }
        return [tally for tally in found if tally.quotation_id in voted], texts

    def references(self, of: Documents) -> Mapping[tuple[str, str], tuple[int, int]]:
        """(set, document) -> documents of the live generation that link to it, people who liked it cited."""
        if not of:
            return {}
        from_live = and_(
            documents.c.set_name == links.c.set_name,
            documents.c.document_id == links.c.document_id,
            documents.c.from_generation == links.c.from_generation,
        )
        linked = (
            select(links.c.set_name, links.c.target, func.count(links.c.document_id.distinct()))
            .join(documents, from_live)
            .join(document_sets, document_sets.c.name == documents.c.set_name)
            .where(is_live(), _of(of, links.c.set_name, links.c.target))
            .group_by(links.c.set_name, links.c.target)
        )
        liked = (
            select(praise.c.set_name, praise.c.document_id, func.count())
            .where(_of(of, praise.c.set_name, praise.c.document_id))
            .group_by(praise.c.set_name, praise.c.document_id)
        )
        with self._database.reading() as connection:
            links_to = {(set_, document): count for set_, document, count in connection.execute(linked)}
            likes = {(set_, document): count for set_, document, count in connection.execute(liked)}
        return {key: (links_to.get(key, 0), likes.get(key, 0)) for key in links_to.keys() | likes.keys()}


def _of(of: Documents, set_name: ColumnElement[str], document_id: ColumnElement[str]) -> ColumnElement[bool]:
    by_set: defaultdict[str, list[str]] = defaultdict(list)
    for set_, document in of:
        by_set[set_].append(document)
    return or_(
        false(), *(and_(set_name == set_, document_id.in_(sorted(ids))) for set_, ids in by_set.items())
    )
