"""Text to BM25 sparse vectors; the inverse document frequency is the vector store's part."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from storage.encoding.languages import DEFAULT, spoken, stop_words
from storage.encoding.synonyms import Expansion, Synonyms
from storage.encoding.terms import ANALYSIS, CACHED_WORDS, TermAnalyser
from storage.errors import InvalidInput
from storage.glossary import parse_glossary
from storage.sparse import SparseVector

ENGLISH = frozenset({DEFAULT})
COMPILED_GLOSSARIES = 64

SURFACE_WEIGHT = 0.25
"""Of the form as written, beside its stem with 1, in a question.

Measured by NDCG@10 on three collections: as good as stems alone or better; with the same weight for both
wherever they differ, inflected words count double and 0.02 is lost.
"""
SYNONYM_WEIGHT = 0.7
"""Of the terms that a glossary adds. Measured: it brings back four fifths of what an acronym costs, and an
entry that means something else costs 0.01 of NDCG@10 at most (benchmarks/glossary.py).
"""


class _Reading(NamedTuple):
    """A word of a question as written, and stem -> weight."""

    surface: str
    stems: dict[str, float]


class LexicalEncoder:
    """The term-frequency part of BM25 over hashed terms. Robertson and Zaragoza (2009), equation 3.15.

    `average_length` is that of the corpus in terms. Safe in several threads.
    """

    def __init__(self, average_length: float, k1: float = 1.5, b: float = 0.75) -> None:
        if not average_length > 0:
            raise InvalidInput(
                f"The average length of documents is {average_length}.", "It must be greater than 0."
            )
        self.average_length = average_length
        self.k1 = k1
        self.b = b
        self._analyser = TermAnalyser()
        self._index = lru_cache(CACHED_WORDS)(term_index)
        self._hashed = lru_cache(CACHED_WORDS)(self._hash)
        self._synonyms = lru_cache(COMPILED_GLOSSARIES)(self._compile)

    @property
    def version(self) -> str:
        """Names what a document's weights depend on besides the document."""
        return f"{ANALYSIS}/{self.k1:g}/{self.b:g}/{self.average_length:g}"

    def encode_document(self, text: str, language: str = DEFAULT) -> SparseVector:
        """Saturated, length-normalised frequency by term."""
        terms = self.terms(text, language)
        norm = self.k1 * (1 - self.b + self.b * len(terms) / self.average_length)
        return _vector({i: tf * (self.k1 + 1) / (tf + norm) for i, tf in Counter(terms).items()})

    def encode_question(
        self, text: str, languages: Collection[str] = ENGLISH, expansions: Sequence[Expansion] = ()
    ) -> SparseVector:
        """Weighted frequency by term, without stop words unless there are no other words.

        `languages` are those of the documents: a word counts by its stem in the one that the question is
        in, and a little by its other stems. What `expansions` add weighs less, and adds nothing to a term
        that is asked for anyway.
        """
        known = frozenset(languages) or ENGLISH
        surfaces = [word.surface for word in self._analyser.words(text)]
        asked = spoken(surfaces, known)
        ignored = stop_words(asked)
        words = self._readings(text, known, asked)
        weights = self._weights([word for word in words if word.surface not in ignored] or words)
        for index, weight in self._added(expansions, known, asked).items():
            weights.setdefault(index, weight)
        return _vector(weights)

    def expansions(
        self, text: str, glossary: str, languages: Collection[str] = ENGLISH
    ) -> tuple[Expansion, ...]:
        """The phrases of `glossary` that a question holds, with what means the same."""
        found = (self._synonyms(glossary, language).expand(text) for language in sorted(languages))
        return tuple(dict.fromkeys(expansion for expansions in found for expansion in expansions))

    def _readings(self, text: str, known: frozenset[str], asked: frozenset[str]) -> list[_Reading]:
        """Each word with the weights of its stems."""
        read = {language: self._analyser.words(text, language) for language in sorted(known)}
        readings = []
        for words in zip(*read.values(), strict=True):
            stems: dict[str, float] = {}
            for language, word in zip(read, words, strict=True):
                if language in asked:
                    stems[word.stem] = 1.0
                elif word.stem != word.surface:
                    stems.setdefault(word.stem, SURFACE_WEIGHT)
            readings.append(_Reading(words[0].surface, stems))
        return readings

    def _weights(self, words: Sequence[_Reading]) -> dict[int, float]:
        weights: defaultdict[int, float] = defaultdict(float)
        for word in words:
            for stem, weight in word.stems.items():
                weights[self._index(stem)] += weight
            weights[self._index(word.surface)] += SURFACE_WEIGHT
        return dict(weights)

    def _added(
        self, expansions: Sequence[Expansion], known: frozenset[str], asked: frozenset[str]
    ) -> dict[int, float]:
        """Of a term in several synonyms the greatest weight; stop words count in no synonym."""
        added: defaultdict[int, float] = defaultdict(float)
        for synonym in dict.fromkeys(s for expansion in expansions for s in expansion.synonyms):
            words = [w for w in self._readings(synonym, known, asked) if w.surface not in stop_words(known)]
            for index, weight in self._weights(words).items():
                added[index] = max(added[index], SYNONYM_WEIGHT * min(weight, 1.0 + SURFACE_WEIGHT))
        return dict(added)

    def _compile(self, glossary: str, language: str) -> Synonyms:
        return Synonyms(parse_glossary(glossary), self._analyser, language)

    def terms(self, text: str, language: str = DEFAULT) -> list[int]:
        """The hashed terms that a document is found by, in its order."""
        return [term for token in self._analyser.tokens(text) for term in self._hashed(token, language)]

    def _hash(self, token: str, language: str) -> tuple[int, ...]:
        return tuple(map(term_index, self._analyser.terms_of(token, language)))


def term_index(term: str) -> int:
    """A 32-bit number that is the same in every process; terms that share one are counted as one."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4).digest(), "big")


def _vector(weights: Mapping[int, float]) -> SparseVector:
    indices = sorted(weights)
    return SparseVector(tuple(indices), tuple(weights[index] for index in indices))
