"""Which documents are copies or versions of each other, without comparing each with each.

Locality-sensitive hashing: signatures are cut into bands, and only documents that agree in a whole band are
compared (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4). With 32 bands of 4, a pair that
is half alike is found with 87 %, one of 0.8 always. Documents of one family of names are compared anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAME_TEXT = 0.8  # likeness of documents that nothing else connects
SAME_TITLE = 0.5
SAME_NAME = 0.3  # of documents that are named alike but for a date or version
BANDS = 32
COPIES = 20  # of many that are all alike, each is paired with so many

Pairs = NDArray[np.int64]  # (pairs, 2)

_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Signed:
    """A document by what it is compared: `signature` of `ingestion.minhash`, `family` of names."""

    family: str
    title: str
    signature: bytes


def alike(documents: Sequence[Signed], new: int) -> list[tuple[int, int, float]]:
    """Pairs of positions with their likeness, where at least one is among the first `new`."""
    if not new or len(documents) < 2:
        return []
    signatures = np.stack([np.frombuffer(d.signature, dtype="<u4") for d in documents])
    families = [document.family for document in documents]
    pairs = np.concatenate([*_in_one_band(signatures, new), _in_one_group(families, new)])
    found = []
    for one, other in np.unique(pairs, axis=0).tolist():
        likeness = float(np.mean(signatures[one] == signatures[other]))
        same_name = families[one] == families[other] != ""
        if likeness >= _needed(documents[one].title, documents[other].title, same_name):
            found.append((one, other, likeness))
    return found


def _needed(title: str, other: str, same_name: bool) -> float:
    if same_name:
        return SAME_NAME
    return SAME_TITLE if title.casefold().split() == other.casefold().split() != [] else SAME_TEXT


def _in_one_band(signatures: NDArray[np.uint32], new: int) -> Iterator[Pairs]:
    """Bands are compared by a hash of 64 bits; what they pair by chance is not alike, and falls out."""
    rows = signatures.shape[1] // BANDS
    for first in range(0, signatures.shape[1], rows):
        keys = np.zeros(len(signatures), dtype=np.uint64)
        for column in range(first, first + rows):
            keys = keys * _MIX + signatures[:, column]
        yield _pairs(keys, new)


def _in_one_group(names: Sequence[str], new: int) -> Pairs:
    """Of equal names; those without a name are in no group."""
    _, keys = np.unique(np.array(names), return_inverse=True)
    alone = keys.max() + 1 + np.arange(len(names))
    return _pairs(np.where(np.array(names) == "", alone, keys).astype(np.uint64), new)


def _pairs(keys: NDArray[np.uint64], new: int) -> Pairs:
    """Positions of equal keys, the lower first, each with the next `COPIES` at most."""
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    found = [np.empty((0, 2), dtype=np.int64)]
    for step in range(1, COPIES + 1):
        same = np.flatnonzero(ranked[step:] == ranked[:-step])
        if not len(same):
            break
        pairs = np.stack([order[same], order[same + step]], axis=1)
        found.append(pairs[pairs[:, 0] < new])
    return np.concatenate(found)
