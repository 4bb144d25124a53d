"""Document sets: who may read them, how fast they age, and which generation is live."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Unpack, cast

from sqlalchemy import Connection, delete, exists, false, insert, null, or_, select, update

from storage.database import Database
from storage.errors import InvalidInput, NotFound
from storage.fed_from import feed_from
from storage.principal import Principal
from storage.schedules import set_schedule
from storage.set_options import (
    DEFAULTS,
    GATE_FALL,
    KEPT_GENERATIONS,
    SetChange,
    SetRerank,
    check_name,
    check_options,
)
from storage.tables import document_sets, retired_sets, set_groups


@dataclass(frozen=True, slots=True)
class DocumentSet:
    """`live_generation` is 0 before the first publication; without `groups` everyone may read the set.

    `half_life_days` None: its documents do not age. `folder` is where they came from, where it is one.
    `score_cache`: whether the scores of its passages may be kept. `glossary` is the text that
    `storage.glossary` reads, `gate_gold` that of its gold questions. Numbers that are None, and `rerank`,
    are the installation's.
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
    description: str = ""
    chunk_tokens: int | None = None
    min_chunk_tokens: int | None = None
    overlap_sentences: int | None = None
    rerank: SetRerank | None = None
    schedule: str | None = None
    kept_generations: int = KEPT_GENERATIONS
    gate_gold: str | None = None
    gate_fall: float = GATE_FALL


class DocumentSets:
    """The sets in `database`; `now` gives aware times."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def create(self, name: str, **options: Unpack[SetChange]) -> DocumentSet:
        """A new, empty set. Raises InvalidInput where the name is taken or a value impossible."""
        check_name(name)
        chosen = {**DEFAULTS, **options}
        check_options(cast(SetChange, chosen), name)
        groups = cast(Collection[str], chosen.pop("groups"))
        moment = self._now()
        with self._database.writing() as connection:
            if _row(connection, name) is not None:
                raise InvalidInput(f"There is a document set {name!r} already.", "Choose another name.")
            numbers = {"live_generation": 0, "last_generation": _last_of_former(connection, name)}
            times = {"created": moment, "updated": moment}
            connection.execute(insert(document_sets).values(name=name, **numbers, **chosen, **times))
            _set_groups(connection, name, groups)
            feed_from(connection, name, cast(str | None, chosen["folder"]), moment)
            set_schedule(connection, name, cast(str | None, chosen["schedule"]), moment)
            return _required(connection, name)

    def change(self, name: str, **changes: Unpack[SetChange]) -> DocumentSet:
        """All of `changes` or, where one is impossible, none. Raises NotFound or InvalidInput."""
        check_options(changes, name)
        values = {key: value for key, value in changes.items() if key != "groups"}
        with self._database.writing() as connection:
            _required(connection, name)
            its_row = document_sets.c.name == name
            moment = self._now()
            connection.execute(update(document_sets).where(its_row).values(**values, updated=moment))
            if "folder" in changes:
                feed_from(connection, name, changes["folder"], moment)
            if "schedule" in changes:
                set_schedule(connection, name, changes["schedule"], moment)
            if "groups" in changes:
                _set_groups(connection, name, changes["groups"])
            return _required(connection, name)

    def delete(self, name: str) -> None:
        """The set with its catalogue, links and generations; what people said of it is `Erasure`'s.

        A set that is made later under its name goes on where its generations ended. Raises NotFound.
        """
        with self._database.writing() as connection:
            _required(connection, name)
            last = select(document_sets.c.last_generation).where(document_sets.c.name == name)
            number = connection.execute(last.with_for_update()).scalar_one()
            connection.execute(delete(retired_sets).where(retired_sets.c.name_hash == _hash(name)))
            connection.execute(insert(retired_sets).values(name_hash=_hash(name), last_generation=number))
            connection.execute(delete(document_sets).where(document_sets.c.name == name))

    def find(self, name: str) -> DocumentSet | None:
        with self._database.reading() as connection:
            return _row(connection, name)

    def all(self) -> list[DocumentSet]:
        """Every set whoever asks, by name: for administration, never for questions."""
        with self._database.reading() as connection:
            names = sorted(connection.scalars(select(document_sets.c.name)))
            return [_required(connection, name) for name in names]

    def page(self, after: str | None, limit: int) -> list[DocumentSet]:
        """At most `limit` of all sets by name, those behind `after`; the order is the database's."""
        names = select(document_sets.c.name).order_by(document_sets.c.name).limit(limit)
        if after is not None:
            names = names.where(document_sets.c.name > after)
        with self._database.reading() as connection:
            return [_required(connection, name) for name in connection.scalars(names).all()]

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

    def reranks(self) -> Mapping[str, SetRerank]:
        """Set -> how it demands to be re-ranked, of the sets that do."""
        query = select(document_sets.c.name, document_sets.c.rerank).where(document_sets.c.rerank != null())
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


_COLUMNS = [column for column in document_sets.columns if column.name != "last_generation"]


def _row(connection: Connection, name: str) -> DocumentSet | None:
    row = connection.execute(select(*_COLUMNS).where(document_sets.c.name == name)).one_or_none()
    if row is None:
        return None
    groups = connection.scalars(select(set_groups.c.group_name).where(set_groups.c.set_name == name))
    return DocumentSet(**row._asdict(), groups=frozenset(groups))


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


def _hash(name: str) -> str:
    """Of a set that is gone not even the name is kept."""
    return sha256(name.encode(errors="surrogatepass")).hexdigest()


def _last_of_former(connection: Connection, name: str) -> int:
    """Numbers are never used again: questions, jobs and caches may remember those of a former set."""
    query = select(retired_sets.c.last_generation).where(retired_sets.c.name_hash == _hash(name))
    found: int | None = connection.scalar(query)
    return found or 0
