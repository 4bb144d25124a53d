"""What became of a set's generations, and which of them nobody needs any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, null, select, update

from storage.database import Database
from storage.errors import NotFound
from storage.generations import READERS_GONE
from storage.tables import document_sets, documents, generations


@dataclass(frozen=True, slots=True)
class GenerationRecord:
    """`documents` and `chunks` as they were at publication, None where that was before they were kept.

    `ended`: when another became live instead; `cleaned`: since when nothing can go back to it.
    """

    number: int
    begun: datetime
    published: datetime | None
    undone: datetime | None
    ended: datetime | None
    cleaned: datetime | None
    documents: int | None
    chunks: int | None

    @property
    def usable(self) -> bool:
        """Whether it can be live, or become so again."""
        return self.published is not None and self.undone is None and self.cleaned is None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What ended at `floor` or before is seen by no generation that is kept; `numbers` went this time."""

    floor: int
    numbers: tuple[int, ...]
    revisions: int


class GenerationHistory:
    """The generations kept in `database`; `now` gives aware times."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], readers_gone: timedelta = READERS_GONE
    ) -> None:
        self._database = database
        self._now = now
        self._readers_gone = readers_gone

    def of(self, set_name: str) -> list[GenerationRecord]:
        """The oldest first. Raises NotFound for an unknown set."""
        with self._database.reading() as connection:
            _numbers(connection, set_name)
            return _records(connection, set_name)

    def building(self) -> bool:
        """Whether any set has a generation that is begun, and neither published nor undone."""
        open_ = generations.c.published == null(), generations.c.undone == null()
        beyond = generations.c.number > document_sets.c.live_generation
        query = select(generations.c.number).join(document_sets).where(*open_, beyond).limit(1)
        with self._database.reading() as connection:
            return connection.scalar(query) is not None

    def clean_up(self, set_name: str) -> Cleaned:
        """Gives up what lies before the generations that the set keeps, but for what may still be read.

        In one transaction, so that no roll-back finds half of one; the points that ended at `floor` or
        before are the caller's to delete. Raises NotFound.
        """
        with self._database.writing() as connection:
            live, kept = _numbers(connection, set_name, locked=True)
            earlier = [r for r in _records(connection, set_name) if r.usable and r.number < live]
            now = self._now()
            unread = [r for r in earlier[: max(len(earlier) - kept, 0)] if self._is_unread(r, now)]
            floor = _floor(earlier, unread, live)
            numbers = tuple(record.number for record in earlier if record.number < floor)
            gone = delete(documents).where(
                documents.c.set_name == set_name, documents.c.until_generation <= floor
            )
            revisions = connection.execute(gone).rowcount
            of_set = generations.c.set_name == set_name, generations.c.number.in_(numbers)
            connection.execute(update(generations).where(*of_set).values(cleaned=now))
        return Cleaned(floor, numbers, revisions)

    def _is_unread(self, record: GenerationRecord, now: datetime) -> bool:
        """A clock that was set back counts as no time gone by."""
        return record.ended is None or record.ended + self._readers_gone <= now


def _floor(earlier: Sequence[GenerationRecord], unread: Sequence[GenerationRecord], live: int) -> int:
    """The oldest generation that stays: what is older than one that is read stays in the store, too."""
    gone = {record.number for record in unread}
    return next((record.number for record in earlier if record.number not in gone), live)


def _numbers(connection: Connection, set_name: str, *, locked: bool = False) -> tuple[int, int]:
    """The live generation, and how many earlier ones the set keeps."""
    columns = document_sets.c.live_generation, document_sets.c.kept_generations
    query = select(*columns).where(document_sets.c.name == set_name)
    row = connection.execute(query.with_for_update() if locked else query).one_or_none()
    if row is None:
        raise NotFound(f"There is no document set {set_name!r}.", "See `rag-app sets list`.")
    return row.live_generation, row.kept_generations


def _records(connection: Connection, set_name: str) -> list[GenerationRecord]:
    columns = [column for column in generations.columns if column.name != "set_name"]
    query = select(*columns).where(generations.c.set_name == set_name).order_by(generations.c.number)
    return [GenerationRecord(**row._asdict()) for row in connection.execute(query)]
