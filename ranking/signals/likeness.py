"""How much of one text another holds: shares of common words and of common word triples.

Words and triples are kept as hashes, and all pairs are compared by one product of matrices; sets of words
take ten times as long. A text that was seen lately is not cut up again.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.int64]

TEXTS_KEPT = 4096  # of some 4 KB each
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Shingles:
    """Distinct hashes of a text's words and of its word triples; `length` in words."""

    length: int
    words: Hashes
    triples: Hashes


@lru_cache(maxsize=TEXTS_KEPT)
def shingles(text: str) -> Shingles:
    words = _WORD.findall(text.casefold())
    return Shingles(len(words), _hashes(words), _hashes(zip(*(words[i:] for i in range(3)), strict=False)))


def shares(hashes: Sequence[Hashes]) -> NDArray[np.float64]:
    """(texts, texts): what two have in common, as a share of the smaller; 0 beside one that is empty."""
    lengths = np.array([len(own) for own in hashes])
    if not lengths.any():
        return np.zeros((len(hashes), len(hashes)))
    distinct, columns = np.unique(np.concatenate(hashes), return_inverse=True)
    holds = np.zeros((len(hashes), len(distinct)), np.float32)
    holds[np.repeat(np.arange(len(hashes)), lengths), columns] = 1.0
    smaller = np.maximum(np.minimum.outer(lengths, lengths), 1)
    common: NDArray[np.float64] = (holds @ holds.T) / smaller
    return common


def _hashes(items: Iterable[Hashable]) -> Hashes:
    distinct = {hash(item) for item in items}
    return np.fromiter(distinct, np.int64, len(distinct))
