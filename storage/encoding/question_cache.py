"""Vectors of questions that were asked before."""

from __future__ import annotations

import hashlib
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from storage.bounded_cache import BoundedCache
from storage.encoding.questions import normalised

ARRAY_BYTES = 160  # of an array beside its numbers


class QuestionEncoder(Protocol):
    """`version` names the space of its vectors (dimension,)."""

    @property
    def version(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode_question(self, text: str) -> NDArray[np.float32]: ...


class CachedQuestionEncoder:
    """Encodes a question once; `hits` and `misses` count. Questions are kept as digests only."""

    def __init__(self, encoder: QuestionEncoder, max_bytes: int) -> None:
        self._encoder = encoder
        self._cache = BoundedCache[NDArray[np.float32]](max_bytes, ARRAY_BYTES + 4 * encoder.dimension)

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    @property
    def hits(self) -> int:
        return self._cache.hits

    @property
    def misses(self) -> int:
        return self._cache.misses

    @property
    def version(self) -> str:
        return self._encoder.version

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """(dimension,), read-only; equal for questions that differ in white space alone."""
        question = normalised(text)
        key = hashlib.sha256(f"{self._encoder.version}\n{question}".encode(errors="surrogatepass")).digest()
        known = self._cache.get_many([key])
        if key in known:
            return known[key]
        vector = self._encoder.encode_question(question).copy()  # a view would keep all that it looks at
        vector.flags.writeable = False
        self._cache.put_many({key: vector})
        return vector
