"""The rows of documents as generations come and go, inside the transaction of a switch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, delete, insert, null, update

from storage.catalogue import DocumentRecord
from storage.likeness_tables import signatures
from storage.tables import documents, links

_BATCH = 1000  # 9 values a row: well below SQLite's 32,766 and PostgreSQL's 65,535 parameters

Item = TypeVar("Item")


def open_documents(
    connection: Connection, set_name: str, generation: int, written: Iterable[DocumentRecord]
) -> None:
    """Adds the rows of `written` from `generation` on, and ends those they replace."""
    for batch in _batches(written):
        close_documents(connection, set_name, generation, (record.id for record in batch))
        rows = [
            {
                "set_name": set_name,
                "document_id": record.id,
                "from_generation": generation,
                "revision": record.revision,
                "title": record.title,
                "path": record.path,
                "modified": record.modified,
                "chunks": record.chunks,
                "language": record.language,
            }
            for record in batch
        ]
        connection.execute(insert(documents), rows)
        _open_links(connection, set_name, generation, batch)
        _open_signatures(connection, set_name, generation, batch)


def _open_links(
    connection: Connection, set_name: str, generation: int, written: Iterable[DocumentRecord]
) -> None:
    """They go with their document's row, when a generation is undone."""
    place = {"set_name": set_name, "from_generation": generation}
    rows = (
        {**place, "document_id": record.id, "target": target} for record in written for target in record.links
    )
    for batch in _batches(rows):
        connection.execute(insert(links), batch)


def _open_signatures(
    connection: Connection, set_name: str, generation: int, written: Iterable[DocumentRecord]
) -> None:
    place = {"set_name": set_name, "from_generation": generation, "compared": False}
    rows = [{**place, "document_id": r.id, "signature": r.signature} for r in written if r.signature]
    if rows:
        connection.execute(insert(signatures), rows)


def close_documents(connection: Connection, set_name: str, generation: int, ids: Iterable[str]) -> None:
    """Ends, at `generation`, the rows of `ids` that were still open."""
    still_open = (
        documents.c.set_name == set_name,
        documents.c.from_generation < generation,
        documents.c.until_generation == null(),
    )
    for batch in _batches(ids):
        closed = update(documents).where(*still_open, documents.c.document_id.in_(batch))
        connection.execute(closed.values(until_generation=generation))


def reopen_documents(connection: Connection, set_name: str, generation: int) -> None:
    """Undoes what `generation` opened and ended."""
    of_set = documents.c.set_name == set_name
    connection.execute(delete(documents).where(of_set, documents.c.from_generation == generation))
    ended = update(documents).where(of_set, documents.c.until_generation == generation)
    connection.execute(ended.values(until_generation=null()))


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
