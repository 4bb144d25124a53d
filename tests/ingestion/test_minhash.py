from __future__ import annotations

import hashlib
import random

import numpy as np

from ingestion.minhash import HASHES, signature

DRAW = random.Random(3)
WORDS = [f"word{number}" for number in range(5_000)]


def likeness(one: str, other: str) -> float:
    first, second = (np.frombuffer(signature(text), dtype="<u4") for text in (one, other))
    return float(np.mean(first == second))


def test_it_estimates_the_share_of_common_triples() -> None:
    words = DRAW.choices(WORDS, k=2_000)
    for kept in (1_900, 1_000, 500):
        other = [*words[:kept], *DRAW.choices(WORDS, k=2_000 - kept)]
        common = kept - 2
        exact = common / (2 * 1_998 - common)
        assert abs(likeness(" ".join(words), " ".join(other)) - exact) < 0.12  # three standard errors


def test_equal_texts_are_wholly_alike_however_written() -> None:
    text = "Visitors park on level two, and show the ticket at the gate."
    assert likeness(text, text.upper().replace(",", " -")) == 1.0


def test_other_texts_are_not() -> None:
    assert likeness(" ".join(DRAW.choices(WORDS, k=500)), " ".join(DRAW.choices(WORDS, k=500))) < 0.1


def test_the_order_of_blocks_of_triples_does_not_matter() -> None:
    words = DRAW.choices(WORDS, k=20_000)
    turned = [*words[10_000:], *words[:10_000]]
    assert likeness(" ".join(words), " ".join(turned)) > 0.98


def test_a_very_short_text_has_none() -> None:
    assert signature("") == signature("one two three four five six seven") == b""
    assert len(signature("one two three four five six seven eight")) == 4 * HASHES


def test_it_is_the_same_for_ever() -> None:
    made = signature("The canteen is open from half past eleven to two on working days.")
    assert hashlib.sha256(made).hexdigest()[:16] == "73c1e9f7ead67ee0"
