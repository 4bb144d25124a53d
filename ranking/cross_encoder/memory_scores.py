"""Pair scores in this process, bounded in bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

from storage.bounded_cache import BoundedCache

FLOAT_BYTES = 24


class MemoryScores:
    """As of `KnownScores`; the pairs used longest ago go first."""

    def __init__(self, max_bytes: int) -> None:
        self._cache = BoundedCache[float](max_bytes, FLOAT_BYTES)

    def __len__(self) -> int:
        return len(self._cache)

    def get_many(self, version: str, question: str, contents: Sequence[str]) -> dict[str, float]:
        keys = pair_keys(version, question, contents)
        known = self._cache.get_many(keys)
        return {content: known[key] for content, key in zip(contents, keys, strict=True) if key in known}

    def put_many(self, version: str, question: str, scores: Mapping[str, float]) -> None:
        keys = pair_keys(version, question, list(scores))
        self._cache.put_many(dict(zip(keys, scores.values(), strict=True)))

    def forget(self, contents: Collection[str]) -> None:
        """Everything goes: a key does not tell its content."""
        if contents:
            self._cache.clear()


def pair_keys(version: str, question: str, contents: Sequence[str]) -> list[bytes]:
    """A digest a pair: of 16 bytes, two pairs in a billion billions would share one."""
    head = f"{version}\n{question}\n".encode(errors="surrogatepass")
    return [hashlib.blake2b(head + content.encode(), digest_size=16).digest() for content in contents]
