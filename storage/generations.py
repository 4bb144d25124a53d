"""Generations of a document set: built beside the live one, switched in one transaction, undone if not.

A point or document of generations from <= g < until is seen by a reader of g. A build writes at a number
never used before, which nobody reads until `publish` makes it live.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, null, select, update

from storage.catalogue import DocumentRecord, is_at
from storage.database import Database
from storage.document_changes import close_documents, open_documents, reopen_documents
from storage.errors import InvalidInput, NotFound, Transient
from storage.fed_from import feed_from
from storage.tables import document_sets, documents, generations

READERS_GONE = timedelta(minutes=10)  # by then no question still reads what it saw when it began


@dataclass(frozen=True, slots=True)
class Build:
    """A generation begun. What earlier builds in `undo` wrote must be undone, then `abandon`ed, first."""

    set_name: str
    generation: int
    live: int
    undo: tuple[int, ...]


class Generations:
    """The generations of the sets in `database`; `now` gives aware times.

    What was live is left alone for `readers_gone`, for the questions that pinned it.
    """

    def __init__(
        self, database: Database, now: Callable[[], datetime], readers_gone: timedelta = READERS_GONE
    ) -> None:
        self._database = database
        self._now = now
        self._readers_gone = readers_gone

    def begin(self, set_name: str) -> Build:
        """A new number; every build begun earlier and not published can no longer be.

        Raises NotFound for an unknown set, Transient where one that was rolled back may still be read.
        """
        with self._database.writing() as connection:
            numbers = _locked(connection, set_name)
            number = numbers.last + 1
            undo = _unfinished(connection, set_name, numbers.live)
            self._check_unread(connection, set_name, numbers.live)
            connection.execute(
                insert(generations).values(set_name=set_name, number=number, begun=self._now())
            )
            _change_set(connection, set_name, last_generation=number)
        return Build(set_name, number, numbers.live, undo)

    def publish(
        self,
        set_name: str,
        generation: int,
        written: Iterable[DocumentRecord] = (),
        removed: Iterable[str] = (),
        folder: str | None = None,
        within: Callable[[Connection], None] = lambda _: None,
    ) -> None:
        """Makes `generation` live: `written` documents are new or replace their last revision.

        With `folder`, the set is fed from there from now on. What raises in `within` stops it all.

        All in one transaction: a reader, or a crash, finds the old generation or the new one.
        Raises Transient where another build was begun since, or an abandoned one not undone.
        """
        with self._database.writing() as connection:
            within(connection)
            numbers = _locked(connection, set_name)
            _check_publishable(connection, set_name, generation, numbers)
            open_documents(connection, set_name, generation, written)
            close_documents(connection, set_name, generation, removed)
            moment = self._now()
            _change_set(connection, set_name, live_generation=generation, updated=moment)
            if folder is not None:
                feed_from(connection, set_name, folder, moment)
            _mark(connection, set_name, numbers.live, ended=moment)
            count, chunks = _counts(connection, set_name, generation)
            _mark(connection, set_name, generation, published=moment, documents=count, chunks=chunks)

    def abandon(self, set_name: str, generation: int) -> None:
        """Records that everything `generation` wrote is undone. Raises InvalidInput where it is live."""
        with self._database.writing() as connection:
            live = _locked(connection, set_name).live
            if generation <= live:
                raise InvalidInput(
                    f"Generation {generation} of {set_name!r} is part of the live generation {live}.",
                    "Roll the set back first.",
                )
            reopen_documents(connection, set_name, generation)
            _mark(connection, set_name, generation, undone=self._now())

    def roll_back(self, set_name: str) -> int:
        """Makes the generation published before the live one live again, and returns it.

        The next `begin` names what was rolled back among what to undo. Raises NotFound for an unknown set,
        InvalidInput where there is none, or it was cleaned up.
        """
        with self._database.writing() as connection:
            live = _locked(connection, set_name).live
            earlier = _published_before(connection, set_name, live)
            moment = self._now()
            _change_set(connection, set_name, live_generation=earlier, updated=moment)
            _mark(connection, set_name, live, ended=moment)
            _mark(connection, set_name, earlier, ended=None)
        return earlier

    def _check_unread(self, connection: Connection, set_name: str, live: int) -> None:
        """Undoing a generation would show a question that reads it a mixture."""
        rolled_back = generations.c.number > live, generations.c.undone == null()
        query = select(generations.c.number, generations.c.ended).where(
            generations.c.set_name == set_name, *rolled_back, generations.c.ended != null()
        )
        now = self._now()
        for number, ended in connection.execute(query.order_by(generations.c.number.desc())):
            if ended <= now < ended + self._readers_gone:
                left = (ended + self._readers_gone - now).total_seconds()
                raise Transient(
                    f"Generation {number} of {set_name!r} was rolled back a moment ago, and questions may "
                    "still read it.",
                    f"Start again in {left / 60:.0f} minutes.",
                )


@dataclass(frozen=True, slots=True)
class _Numbers:
    live: int
    last: int


def _locked(connection: Connection, set_name: str) -> _Numbers:
    """The set's numbers, held against other writers to the end of the transaction."""
    columns = document_sets.c.live_generation, document_sets.c.last_generation
    query = select(*columns).where(document_sets.c.name == set_name).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no document set {set_name!r}.", "Create it first.")
    return _Numbers(*row)


def _unfinished(connection: Connection, set_name: str, live: int) -> tuple[int, ...]:
    """What wrote, or may have written, beyond the live generation: killed, failed or rolled back."""
    beyond = generations.c.number > live, generations.c.undone == null()
    query = select(generations.c.number).where(generations.c.set_name == set_name, *beyond)
    return tuple(sorted(connection.scalars(query)))


def _check_publishable(connection: Connection, set_name: str, generation: int, numbers: _Numbers) -> None:
    if generation != numbers.last:
        raise Transient(
            f"Generation {generation} of {set_name!r} was overtaken by {numbers.last}.",
            "Another ingestion of the set began meanwhile; start this one again when that one has ended.",
        )
    unfinished = _unfinished(connection, set_name, numbers.live)
    if unfinished != (generation,):
        raise Transient(
            f"Generation {generation} of {set_name!r} cannot go live, unfinished are {list(unfinished)}.",
            "Begin again and undo what the new build names.",
        )


def _published_before(connection: Connection, set_name: str, live: int) -> int:
    earlier = generations.c.number < live, generations.c.published != null(), generations.c.undone == null()
    query = select(generations.c.number, generations.c.cleaned).where(
        generations.c.set_name == set_name, *earlier
    )
    row = connection.execute(query.order_by(generations.c.number.desc()).limit(1)).one_or_none()
    if row is None:
        raise InvalidInput(
            f"The document set {set_name!r} has no generation before {live}.",
            "There is nothing to roll back to.",
        )
    number: int = row.number
    if row.cleaned is not None:
        raise InvalidInput(
            f"Generation {number} of {set_name!r} was cleaned up on {row.cleaned:%Y-%m-%d}.",
            f"Ingest them anew; `rag-app sets change {set_name} --keep N` keeps more from now on.",
        )
    return number


def _counts(connection: Connection, set_name: str, generation: int) -> tuple[int, int]:
    """Documents and their chunks as a reader of the generation finds them."""
    totals = func.count(), func.coalesce(func.sum(documents.c.chunks), 0)
    query = select(*totals).where(documents.c.set_name == set_name, is_at(generation))
    count, chunks = connection.execute(query).one()
    return count, chunks


def _change_set(connection: Connection, set_name: str, **values: int | str | datetime) -> None:
    connection.execute(update(document_sets).where(document_sets.c.name == set_name).values(**values))


def _mark(connection: Connection, set_name: str, generation: int, **values: int | datetime | None) -> None:
    its_row = generations.c.set_name == set_name, generations.c.number == generation
    connection.execute(update(generations).where(*its_row).values(**values))
