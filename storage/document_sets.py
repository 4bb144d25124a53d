"""Document sets: who may read them, how fast they age, and which generation is live."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import Connection, delete, exists, false, insert, or_, select, update

from storage.database import Database
from storage.errors import InvalidInput, NotFound
from storage.glossary import parse_glossary
from storage.principal import Principal
from storage.tables import document_sets, set_groups

DEFAULT_HALF_LIFE_DAYS = 365.0


@dataclass(frozen=True, slots=True)
class DocumentSet:
    """`live_generation` is 0 before the first publication; without `groups` everyone may read the set.

    `half_life_days` None: its documents do not age. `folder` is where they came from, where it is one.
    `score_cache`: whether the scores of its passages may be kept. `glossary` is the text that
    `storage.glossary` reads.
    """

    name: str
    live_generation: int
    folder: str | None
    groups: frozenset[str]
    half_life_days: float | None
    created: datetime
    updated: datetime
    score_cache: bool = True
    glossary: str = ""


class SetChange(TypedDict, total=False):
    """What an administrator decides about a set; what is left out stays as it is."""

    folder: str | None
    groups: Collection[str]
    half_life_days: float | None
    score_cache: bool
    glossary: str


class DocumentSets:
    """The sets in `database`; `now` gives aware times."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def create(
        self,
        name: str,
        *,
        folder: str | None = None,
        groups: Collection[str] = (),
        half_life_days: float | None = DEFAULT_HALF_LIFE_DAYS,
    ) -> DocumentSet:
        """A new, empty set. Raises InvalidInput where the name is taken or a value impossible."""
        _check_name(name)
        _check({"half_life_days": half_life_days, "groups": groups}, name)
        moment = self._now()
        with self._database.writing() as connection:
            if _row(connection, name) is not None:
                raise InvalidInput(f"There is a document set {name!r} already.", "Choose another name.")
            values = {"name": name, "live_generation": 0, "last_generation": 0, "folder": folder}
            options = {"half_life_days": half_life_days, "score_cache": True, "glossary": ""}
            times = {"created": moment, "updated": moment}
            connection.execute(insert(document_sets).values(**values, **options, **times))
            _set_groups(connection, name, groups)
            return _required(connection, name)

    def change(self, name: str, **changes: Unpack[SetChange]) -> DocumentSet:
        """All of `changes` or, where one is impossible, none. Raises NotFound or InvalidInput."""
        _check(changes, name)
        values = {key: value for key, value in changes.items() if key != "groups"}
        with self._database.writing() as connection:
            _required(connection, name)
            its_row = document_sets.c.name == name
            connection.execute(update(document_sets).where(its_row).values(**values, updated=self._now()))
            if "groups" in changes:
                _set_groups(connection, name, changes["groups"])
            return _required(connection, name)

    def find(self, name: str) -> DocumentSet | None:
        with self._database.reading() as connection:
            return _row(connection, name)

    def all(self) -> list[DocumentSet]:
        """Every set whoever asks, by name: for administration, never for questions."""
        with self._database.reading() as connection:
            names = sorted(connection.scalars(select(document_sets.c.name)))
            return [_required(connection, name) for name in names]

    def pin(self, principal: Principal, names: Iterable[str] | None = None) -> Mapping[str, int]:
        """Set -> live generation, of the sets `principal` may read: what one question keeps to.

        Sets that have published nothing are left out. With `names`, only those; NotFound for one that
        does not exist or may not be read, in the same words, so that nobody can probe for names.
        """
        with self._database.reading() as connection:
            readable = dict(connection.execute(_readable_by(principal)).all())
        wanted = readable.keys() if names is None else list(names)
        for name in wanted:
            if name not in readable:
                raise NotFound(
                    f"There is no document set {name!r} that you may read.",
                    "Check the name, or ask its administrator.",
                )
        return {name: readable[name] for name in wanted if readable[name] > 0}

    def half_lives(self) -> Mapping[str, float | None]:
        """Set -> half-life in days, None where documents do not age."""
        query = select(document_sets.c.name, document_sets.c.half_life_days)
        with self._database.reading() as connection:
            return dict(connection.execute(query).all())

    def glossaries(self) -> Mapping[str, str]:
        """Set -> the text of its glossary, of the sets that have one."""
        query = select(document_sets.c.name, document_sets.c.glossary).where(document_sets.c.glossary != "")
        with self._database.reading() as connection:
            return dict(connection.execute(query).all())

    def without_score_cache(self) -> frozenset[str]:
        """The sets whose passages' scores must not be kept."""
        query = select(document_sets.c.name).where(document_sets.c.score_cache == false())
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))


def _readable_by(principal: Principal) -> Any:
    of_this_set = set_groups.c.set_name == document_sets.c.name
    open_to_all = ~exists().where(of_this_set)
    through_a_group = exists().where(of_this_set, set_groups.c.group_name.in_(sorted(principal.groups)))
    return select(document_sets.c.name, document_sets.c.live_generation).where(
        or_(open_to_all, through_a_group)
    )


def _check_name(name: str) -> None:
    if not _is_name(name):
        raise InvalidInput(
            f"A document set cannot be called {name[:200]!r}.", "Use 1 to 200 printable characters."
        )


def _check(changes: SetChange, name: str) -> None:
    half_life_days = changes.get("half_life_days")
    if half_life_days is not None and not 0 < half_life_days < float("inf"):
        raise InvalidInput(
            f"The half-life of {name!r} is {half_life_days} days.",
            "Give a number of days above 0, or none where documents do not age.",
        )
    for group in changes.get("groups", ()):
        if not _is_name(group):
            raise InvalidInput(
                f"A group cannot be called {group[:200]!r}.", "Use 1 to 200 printable characters."
            )
    parse_glossary(changes.get("glossary", ""))


def _is_name(text: str) -> bool:
    return bool(text.strip()) and text.isprintable() and len(text) <= 200


def _row(connection: Connection, name: str) -> DocumentSet | None:
    row = connection.execute(select(document_sets).where(document_sets.c.name == name)).one_or_none()
    if row is None:
        return None
    groups = connection.scalars(select(set_groups.c.group_name).where(set_groups.c.set_name == name))
    return DocumentSet(
        row.name,
        row.live_generation,
        row.folder,
        frozenset(groups),
        row.half_life_days,
        row.created,
        row.updated,
        row.score_cache,
        row.glossary,
    )


def _required(connection: Connection, name: str) -> DocumentSet:
    found = _row(connection, name)
    if found is None:
        raise NotFound(
            f"There is no document set {name!r}.", "Check the name; ingesting a folder creates a set."
        )
    return found


def _set_groups(connection: Connection, name: str, groups: Collection[str]) -> None:
    connection.execute(delete(set_groups).where(set_groups.c.set_name == name))
    rows = [{"set_name": name, "group_name": group} for group in sorted(set(groups))]
    if rows:
        connection.execute(insert(set_groups), rows)
