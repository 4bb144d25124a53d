"""The languages and glossaries of what a question searches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from storage.catalogue import Catalogue
from storage.document_sets import DocumentSets
from storage.encoding.languages import DEFAULT
from storage.encoding.vocabulary import Vocabulary

REMEMBERED = 1_000


class Vocabularies:
    """Safe in several threads."""

    def __init__(self, sets: DocumentSets, catalogue: Catalogue) -> None:
        self._sets = sets
        # What a published generation holds never changes; numbers are never used again.
        self._languages = lru_cache(REMEMBERED)(catalogue.languages)

    def of(self, generations: Mapping[str, int]) -> Vocabulary:
        """English always: questions and technical terms are, whatever the documents."""
        languages = {DEFAULT}.union(*(self._languages(name, at) for name, at in generations.items()))
        glossaries = self._sets.glossaries()
        return Vocabulary(
            frozenset(languages), {name: glossaries[name] for name in generations if name in glossaries}
        )
