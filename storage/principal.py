"""Who asks: an argument of every verb that reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """A person or program by name; `groups` decide which sets and documents it may read."""

    name: str
    groups: frozenset[str] = frozenset()


ANONYMOUS = Principal("anonymous")
