from __future__ import annotations

from copy import deepcopy

import pytest

from ranking.sealed import Sealed, SealedMapping


def test_a_sealed_sequence_is_read_as_one() -> None:
    sealed = Sealed(iter("abc"))
    assert sealed == ["a", "b", "c"]
    assert sealed != ["a", "b"]
    assert (len(sealed), sealed[-1], sealed[1:], list(sealed)) == (3, "c", ["b", "c"], ["a", "b", "c"])
    assert deepcopy(sealed) is sealed


def test_a_sealed_mapping_is_read_as_one() -> None:
    given = {"dense": ["a"]}
    sealed = SealedMapping(given)
    given["bm25"] = ["b"]
    assert sealed == {"dense": ["a"]}
    assert (len(sealed), sealed["dense"], list(sealed)) == (1, ["a"], ["dense"])
    assert deepcopy(sealed) is sealed
    with pytest.raises(KeyError):
        sealed["bm25"]
