"""A cache bounded in bytes: what was used longest ago goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")

# What CPython 3.11 spends on an entry beside its value: the key's object, its place in the table and in the
# linked list. Measured, rounded up; tests/storage/test_bounded_cache.py holds it to that.
ENTRY_BYTES = 280


class BoundedCache(Generic[Value]):
    """Digests (up to 32 bytes) to values of `value_bytes` each; safe in several threads."""

    def __init__(self, max_bytes: int, value_bytes: int) -> None:
        self._limit = max_bytes // (ENTRY_BYTES + value_bytes)
        self._entries: OrderedDict[bytes, Value] = OrderedDict()
        self._lock = Lock()
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get_many(self, keys: Iterable[bytes]) -> dict[bytes, Value]:
        """Those that are known."""
        found: dict[bytes, Value] = {}
        with self._lock:
            for key in keys:
                if key in self._entries:
                    self._entries.move_to_end(key)
                    found[key] = self._entries[key]
                    self.hits += 1
                else:
                    self.misses += 1
        return found

    def put_many(self, values: Mapping[bytes, Value]) -> None:
        with self._lock:
            for key, value in values.items():
                self._entries[key] = value
                self._entries.move_to_end(key)
            while len(self._entries) > self._limit:
                self._entries.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
