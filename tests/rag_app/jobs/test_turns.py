from __future__ import annotations

import sys

import pytest

from rag_app.jobs.turns import short_turns


def test_turns_are_short_within_and_as_before_after_it() -> None:
    before = sys.getswitchinterval()
    with short_turns(0.001):
        assert sys.getswitchinterval() == pytest.approx(0.001)
    assert sys.getswitchinterval() == before
    with pytest.raises(KeyError), short_turns():
        raise KeyError
    assert sys.getswitchinterval() == before
