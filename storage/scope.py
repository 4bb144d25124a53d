"""What one question may see, as a value and as a filter inside the query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qdrant_client import models

# Stored for a document without groups. A point whose groups are missing is then seen by nobody,
# and one condition covers both cases: asking for "empty or any of" costs twice as much.
EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class Scope:
    """The live generation of each document set, and the principal's groups: pinned once for all stages."""

    generations: Mapping[str, int]
    groups: frozenset[str]


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
    """The visible points whose document is open to everyone of the set or to one of the groups."""
    groups = models.MatchAny(any=sorted({EVERYONE, *scope.groups}))
    return models.Filter(must=[visible(scope.generations), models.FieldCondition(key="groups", match=groups)])


def equals(field: str, value: str | int) -> models.FieldCondition:
    return models.FieldCondition(key=field, match=models.MatchValue(value=value))
