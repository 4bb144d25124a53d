"""How long Python code holds the interpreter while others wait for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 0.0005


@contextmanager
def short_turns(seconds: float = SECONDS) -> Iterator[None]:
    """For work that mixes models and Python: between two texts, a model's thread needs the interpreter for
    an instant, and would else wait 5 ms for it behind a thread that cuts documents.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
