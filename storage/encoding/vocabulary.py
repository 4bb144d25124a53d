"""What the searched sets say about words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.encoding.languages import DEFAULT


@dataclass(frozen=True)
class Vocabulary:
    """The languages of the live documents; set -> the text of its glossary, where it has one."""

    languages: frozenset[str] = frozenset({DEFAULT})
    glossaries: Mapping[str, str] = field(default_factory=dict)


ENGLISH_ALONE = Vocabulary()
