"""What one question may see, as a value and as a filter inside the query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from qdrant_client import models

from storage.chunk import Chunk

# Stored for a document without groups. A point whose groups are missing is then seen by nobody,
# and one condition covers both cases: asking for "empty or any of" costs twice as much.
EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents a question is about: last modified from .. until (both included), of some kinds.

    What was never modified counts by its creation. Where a limit is set, a document without any date is
    left out; without `kinds`, all are meant. Dates are aware.
    """

    modified_from: datetime | None = None
    modified_until: datetime | None = None
    kinds: frozenset[str] = frozenset()


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Scope:
    """The live generation of each document set, and the principal's groups: pinned once for all stages.

    `beside`: collections that hold some of it, made by another embedding model than the one in use.
    """

    generations: Mapping[str, int]
    groups: frozenset[str]
    filters: Filters = EVERYTHING
    beside: frozenset[str] = frozenset()

    def within(self, sets: Collection[str]) -> Self:
        """The same for some of its sets alone."""
        return replace(self, generations={s: g for s, g in self.generations.items() if s in sets})


def visible(generations: Mapping[str, int]) -> models.Filter:
    """The points of each set with from <= generation < until."""
    return models.Filter(should=[_visible_in(set_, generations[set_]) for set_ in sorted(generations)])


def _visible_in(set_: str, generation: int) -> models.Filter:
    return models.Filter(
        must=[
            equals("set", set_),
            models.FieldCondition(key="from", range=models.Range(lte=generation)),
            models.FieldCondition(key="until", range=models.Range(gt=generation)),
        ]
    )


def readable(scope: Scope) -> models.Filter:
    """The visible points that pass the filters and are open to everyone or to one of the groups."""
    groups = models.MatchAny(any=sorted({EVERYONE, *scope.groups}))
    by_group = models.FieldCondition(key="groups", match=groups)
    return models.Filter(must=[visible(scope.generations), by_group, *_passing(scope.filters)])


def _passing(filters: Filters) -> list[models.Condition]:
    conditions: list[models.Condition] = []
    if filters.modified_from or filters.modified_until:
        limits = models.DatetimeRange(gte=filters.modified_from, lte=filters.modified_until)
        modified = models.FieldCondition(key="modified", range=limits)
        created = models.FieldCondition(key="created", range=limits)
        never = models.IsEmptyCondition(is_empty=models.PayloadField(key="modified"))
        conditions.append(models.Filter(should=[modified, models.Filter(must=[never, created])]))
    if filters.kinds:
        kinds = models.MatchAny(any=sorted(filters.kinds))
        conditions.append(models.FieldCondition(key="kind", match=kinds))
    return conditions


def may_read(chunk: Chunk, scope: Scope) -> bool:
    """The same of a live chunk at hand."""
    filters = scope.filters
    changed = chunk.modified or chunk.created
    within = changed is not None and (
        (filters.modified_from is None or filters.modified_from <= changed)
        and (filters.modified_until is None or changed <= filters.modified_until)
    )
    return (
        chunk.set in scope.generations
        and (not chunk.groups or not scope.groups.isdisjoint(chunk.groups))
        and (not filters.kinds or chunk.kind in filters.kinds)
        and (within or (filters.modified_from is None and filters.modified_until is None))
    )


def equals(field: str, value: str | int) -> models.FieldCondition:
    return models.FieldCondition(key=field, match=models.MatchValue(value=value))
