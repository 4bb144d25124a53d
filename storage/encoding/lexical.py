"""Text to BM25 sparse vectors; the inverse document frequency is the vector store's part."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from storage.encoding.terms import CACHED_WORDS, STOP_WORDS, TermAnalyser
from storage.errors import InvalidInput
from storage.sparse import SparseVector


class LexicalEncoder:
    """The term-frequency part of BM25 over hashed terms. Robertson and Zaragoza (2009), equation 3.15.

    `average_length` is that of the corpus in terms, as `length` counts them. Safe in several threads.
    """

    def __init__(self, average_length: float, k1: float = 1.5, b: float = 0.75) -> None:
        if not average_length > 0:
            raise InvalidInput(
                f"The average length of documents is {average_length}.", "It must be greater than 0."
            )
        self._average_length = average_length
        self._k1 = k1
        self._b = b
        self._analyser = TermAnalyser()
        self._index = lru_cache(CACHED_WORDS)(term_index)

    def encode_document(self, text: str) -> SparseVector:
        """Saturated, length-normalised frequency by term."""
        frequencies = self._frequencies(self._analyser.terms(text))
        relative_length = frequencies.total() / self._average_length
        norm = self._k1 * (1 - self._b + self._b * relative_length)
        return _vector({i: tf * (self._k1 + 1) / (tf + norm) for i, tf in frequencies.items()})

    def encode_question(self, text: str) -> SparseVector:
        """Frequency by term, without stop words unless there are no others."""
        terms = self._analyser.terms(text)
        meaningful = [term for term in terms if term not in STOP_WORDS]
        return _vector(self._frequencies(meaningful or terms))

    def length(self, text: str) -> int:
        """The number of terms in a document."""
        return len(self._analyser.terms(text))

    def _frequencies(self, terms: Iterable[str]) -> Counter[int]:
        return Counter(map(self._index, terms))


def term_index(term: str) -> int:
    """A 32-bit number that is the same in every process; two terms that share one are counted as one."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4).digest(), "big")


def _vector(weights: dict[int, float] | Counter[int]) -> SparseVector:
    indices = sorted(weights)
    return SparseVector(tuple(indices), tuple(float(weights[index]) for index in indices))
