"""The verbs of administrators over a set's options: who may read it, how it ages, what words mean in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from pydantic import BaseModel, ConfigDict, Field

from storage.document_sets import DocumentSet, DocumentSets, SetChange
from storage.errors import NotFound
from storage.glossary import parse_glossary


class SetOptions(BaseModel):
    """What is decided about one document set."""

    model_config = ConfigDict(frozen=True)

    name: str
    folder: str | None
    generation: int = Field(description="The live generation; 0 before the first ingestion is published")
    groups: list[str] = Field(description="Who may read it; empty: everyone")
    half_life_days: float | None
    score_cache: bool = Field(description="Whether scores of its passages may be kept")
    glossary: list[list[str]] = Field(description="Groups of phrases that mean the same")
    created: datetime
    updated: datetime


@dataclass(frozen=True)
class Sets:
    """Changes hold from the next question on; nothing is ingested again."""

    sets: DocumentSets

    def all(self) -> list[SetOptions]:
        """By name."""
        return [_options(found) for found in self.sets.all()]

    def show(self, name: str) -> SetOptions:
        """Raises NotFound."""
        return _options(self._found(name))

    def glossary(self, name: str) -> str:
        """The text as it was given. Raises NotFound."""
        return self._found(name).glossary

    def change(self, name: str, **changes: Unpack[SetChange]) -> SetOptions:
        """What is left out stays as it is. Raises NotFound, or InvalidInput and changes nothing."""
        return _options(self.sets.change(name, **changes))

    def _found(self, name: str) -> DocumentSet:
        found = self.sets.find(name)
        if found is None:
            raise NotFound(f"There is no document set {name!r}.", "See `rag-app sets list`.")
        return found


def _options(found: DocumentSet) -> SetOptions:
    return SetOptions(
        name=found.name,
        folder=found.folder,
        generation=found.live_generation,
        groups=sorted(found.groups),
        half_life_days=found.half_life_days,
        score_cache=found.score_cache,
        glossary=[list(group) for group in parse_glossary(found.glossary)],
        created=found.created,
        updated=found.updated,
    )
