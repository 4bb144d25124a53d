"""How alike two documents are, from a few hundred bytes of each.

The least of many hashes of a document's word triples agrees between two documents as often as their triples
do: |A & B| / |A | B| (Broder, On the resemblance and containment of documents, 1997). Our own fifty lines:
the library `datasketch` computes the same from Python sets, and brings scipy along.
"""

from __future__ import annotations

import hashlib
import re
import zlib

import numpy as np
from numpy.typing import NDArray

HASHES = 128  # a likeness is good to 0.04
LEAST_WORDS = 8  # a shorter document repeats without saying the same
_TRIPLES_AT_ONCE = 4_096
_WORD = re.compile(r"\w+")

Hashes = NDArray[np.uint64]


def signature(text: str) -> bytes:
    """`HASHES` numbers of 32 bits, the same in every process and release; nothing for a very short text."""
    words = [zlib.crc32(word.encode()) for word in _WORD.findall(text.casefold())]
    if len(words) < LEAST_WORDS:
        return b""
    triples = np.unique(_triples(np.array(words, dtype=np.uint64)))
    least = np.full(HASHES, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(triples), _TRIPLES_AT_ONCE):
        some = triples[start : start + _TRIPLES_AT_ONCE]
        np.minimum(least, (some[:, None] * _FACTORS + _SUMMANDS).min(axis=0), out=least)
    return (least >> np.uint64(32)).astype("<u4").tobytes()


def _triples(words: Hashes) -> Hashes:
    """One number for every three words in a row; sums and products are modulo 2^64."""
    mixed: Hashes = (words[:-2] * _MIX[0] + words[1:-1]) * _MIX[1] + words[2:] * _MIX[2]
    return mixed ^ (mixed >> np.uint64(29))


def _numbers(name: str, count: int) -> Hashes:
    """Any numbers, as long as they are for ever the same; odd ones keep all bits in a product."""
    drawn = [hashlib.blake2b(f"{name} {n}".encode(), digest_size=8).digest() for n in range(count)]
    return np.frombuffer(b"".join(drawn), dtype="<u8").astype(np.uint64) | np.uint64(1)


_MIX = _numbers("mix", 3)
_FACTORS = _numbers("factor", HASHES)
_SUMMANDS = _numbers("summand", HASHES)
