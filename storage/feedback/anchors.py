"""What rests on words or documents of a set: passages that people voted on, and links."""

from __future__ import annotations

from sqlalchemy import and_, exists, func, select

from storage.catalogue import is_live
from storage.database import Database
from storage.feedback.records import Quotation
from storage.tables import document_sets, documents, links, quotations, votes


class Anchors:
    """Reads `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def voted(self, set_name: str) -> list[tuple[Quotation, int]]:
        """The passages that standing votes rest on, with how many, by document."""
        query = (
            select(quotations, func.count())
            .join(votes)
            .where(quotations.c.set_name == set_name)
            .group_by(*quotations.columns)
            .order_by(quotations.c.document_id, quotations.c.start_offset, quotations.c.id)
        )
        with self._database.reading() as connection:
            return [
                (Quotation(name, document, text, start, end), count)
                for _, name, document, text, start, end, count in connection.execute(query)
            ]

    def links(self, set_name: str) -> list[tuple[str, str]]:
        """(document, target) of the live links, where the target is or was a document of the set."""
        own = and_(
            documents.c.set_name == links.c.set_name,
            documents.c.document_id == links.c.document_id,
            documents.c.from_generation == links.c.from_generation,
        )
        known = documents.alias()
        target = exists().where(known.c.set_name == set_name, known.c.document_id == links.c.target)
        query = (
            select(links.c.document_id, links.c.target)
            .join(documents, own)
            .join(document_sets, document_sets.c.name == documents.c.set_name)
            .where(links.c.set_name == set_name, is_live(), target)
            .order_by(links.c.document_id, links.c.target)
        )
        with self._database.reading() as connection:
            return [(document, target) for document, target in connection.execute(query)]
