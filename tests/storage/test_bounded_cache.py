from __future__ import annotations

import tracemalloc

import pytest

from ranking.cross_encoder.memory_scores import FLOAT_BYTES
from storage.bounded_cache import ENTRY_BYTES, BoundedCache


def _key(number: int) -> bytes:
    return number.to_bytes(16, "little")


def test_what_was_used_longest_ago_goes_first() -> None:
    cache = BoundedCache[str](3 * (ENTRY_BYTES + 50), 50)
    cache.put_many({_key(n): str(n) for n in (1, 2, 3)})
    assert cache.get_many([_key(1)]) == {_key(1): "1"}
    cache.put_many({_key(4): "4"})
    assert cache.get_many([_key(n) for n in (1, 2, 3, 4)]) == {_key(n): str(n) for n in (1, 3, 4)}
    assert len(cache) == 3
    assert (cache.hits, cache.misses) == (4, 1)


def test_writing_again_is_use_too() -> None:
    cache = BoundedCache[int](2 * (ENTRY_BYTES + 8), 8)
    cache.put_many({_key(1): 1, _key(2): 2})
    cache.put_many({_key(1): 10})
    cache.put_many({_key(3): 3})
    assert cache.get_many([_key(1), _key(2), _key(3)]) == {_key(1): 10, _key(3): 3}


@pytest.mark.parametrize("max_bytes", [0, 100])
def test_one_too_small_for_anything_keeps_nothing(max_bytes: int) -> None:
    cache = BoundedCache[float](max_bytes, 24)
    cache.put_many({_key(1): 1.0})
    assert cache.get_many([_key(1)]) == {}


@pytest.mark.parametrize("entries", [3_000, 5_500, 20_000])
def test_full_it_takes_no_more_than_its_bound(entries: int) -> None:
    bound = entries * (ENTRY_BYTES + FLOAT_BYTES)
    tracemalloc.start()
    cache = BoundedCache[float](bound, FLOAT_BYTES)
    for start in range(0, 2 * entries, 50):
        cache.put_many({_key(n): float(n) + 0.5 for n in range(start, start + 50)})
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(cache) == entries
    assert 0.4 * bound < taken <= bound
