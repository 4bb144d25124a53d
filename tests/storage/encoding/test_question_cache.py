from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from storage.encoding.question_cache import CachedQuestionEncoder
from storage.encoding.questions import normalised


class CountingEncoder:
    dimension = 2

    def __init__(self, version: str = "e@1") -> None:
        self.version = version
        self.encoded: list[str] = []

    def encode_question(self, text: str) -> NDArray[np.float32]:
        self.encoded.append(text)
        return np.array([len(text), len(self.encoded)], dtype=np.float32)


def test_a_question_is_encoded_once() -> None:
    encoder = CountingEncoder()
    cached = CachedQuestionEncoder(encoder, 10_000)
    first = cached.encode_question("How  long?\n")
    assert cached.encode_question("How long?") is first
    assert encoder.encoded == ["How long?"]
    assert (cached.hits, cached.misses) == (1, 1)
    assert cached.version == "e@1"


def test_case_makes_another_question() -> None:
    encoder = CountingEncoder()
    cached = CachedQuestionEncoder(encoder, 10_000)
    for question in ("US", "us"):
        cached.encode_question(question)
    assert encoder.encoded == ["US", "us"]


def test_nobody_can_change_what_is_kept() -> None:
    vector = CachedQuestionEncoder(CountingEncoder(), 10_000).encode_question("q")
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 5.0


def test_it_is_bounded() -> None:
    encoder = CountingEncoder()
    cached = CachedQuestionEncoder(encoder, 1_000)  # two of 448 bytes
    for question in ("a", "b", "c", "a", "c"):
        cached.encode_question(question)
    assert encoder.encoded == ["a", "b", "c", "a"]


def test_what_looks_the_same_is_the_same_question() -> None:
    assert normalised(" Café \t au\nlait ") == normalised("Cafe\u0301 au lait") == "Café au lait"
