"""Copies and superseded versions in a document set, for its administrators."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from storage.document_sets import DocumentSets
from storage.errors import NotFound
from storage.likenesses import Likenesses


class DuplicatePair(BaseModel):
    """Two documents that say nearly the same."""

    model_config = ConfigDict(frozen=True)

    document: str = Field(description="The older one, where dates tell")
    other: str
    likeness: float = Field(description="Share of word triples they have in common, to about 0.04")
    newer: str | None = Field(description="Of the two; null where they are of one day, or undated")


class DuplicateList(BaseModel):
    """The most alike first."""

    model_config = ConfigDict(frozen=True)

    duplicates: list[DuplicatePair]


@dataclass(frozen=True)
class Duplicates:
    """As the live generation of each set has them."""

    sets: DocumentSets
    likenesses: Likenesses

    def listed(self, set_name: str) -> DuplicateList:
        """Raises NotFound."""
        return DuplicateList(duplicates=self.of(set_name))

    def of(self, set_name: str) -> list[DuplicatePair]:
        """The most alike first. Raises NotFound."""
        if self.sets.find(set_name) is None:
            raise NotFound(f"There is no document set {set_name!r}.", "See `rag-app sets list`.")
        return [
            DuplicatePair(
                document=one.document_id,
                other=one.other_id,
                likeness=round(one.likeness, 3),
                newer=one.other_id if one.superseded else None,
            )
            for one in self.likenesses.of(set_name)
        ]
