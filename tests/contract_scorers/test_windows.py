"""A text longer than the window is worth as much as its best window, whoever computes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ranking.cross_encoder.onnx import OnnxCrossEncoder
from ranking.cross_encoder.torch import TorchCrossEncoder
from ranking.reranking import CrossEncoder
from storage.inference import InferencePool
from tests.contract_scorers.tiny_model import WINDOW

QUESTION = "how long is the notice period?"
QUESTION_TOKENS = 7
Build = Callable[[pytest.FixtureRequest], tuple[CrossEncoder, int]]


def _onnx(request: pytest.FixtureRequest) -> tuple[CrossEncoder, int]:
    scorer: OnnxCrossEncoder = request.getfixturevalue("onnx_scorer")
    return scorer, 512


def _torch(request: pytest.FixtureRequest) -> tuple[CrossEncoder, int]:
    folder: Path = request.getfixturevalue("tiny_folder")
    pool: InferencePool = request.getfixturevalue("pool")
    return TorchCrossEncoder("torch", folder, pool, batch_size=2), WINDOW


@pytest.fixture(params=[_onnx, _torch], ids=["onnx", "torch"])
def windowed(request: pytest.FixtureRequest) -> tuple[CrossEncoder, int]:
    build: Build = request.param
    return build(request)


def test_the_best_window_decides(windowed: tuple[CrossEncoder, int]) -> None:
    scorer, window = windowed
    room = window - 3 - QUESTION_TOKENS
    first = "word " * room
    # With an overlap of 64 (half of a small room), two windows: the first, and one moved back to the end.
    step = room - min(64, room // 2)
    text = "word " * room + "notice " * step
    second = "word " * (room - step) + "notice " * step

    whole, *parts = scorer.score(QUESTION, [text, first, second])

    assert whole == pytest.approx(max(parts), abs=1e-4)
    assert abs(parts[0] - parts[1]) > 0.01


def test_a_text_that_just_fits_is_one_window(windowed: tuple[CrossEncoder, int]) -> None:
    scorer, window = windowed
    room = window - 3 - QUESTION_TOKENS
    fits, less, more = scorer.score(
        QUESTION, ["word " * room, "word " * (room - 1), "word " * room + "notice " * room]
    )
    assert fits != less
    assert more >= fits - 1e-4


def test_a_question_longer_than_half_the_window_is_shortened(windowed: tuple[CrossEncoder, int]) -> None:
    scorer, window = windowed
    half = (window - 3) // 2
    texts = ["notice period", "notice " * (window - 3 - half)]
    longest = scorer.score("word " * half, texts)
    assert np.abs(scorer.score("word " * half + "paris " * 500, texts) - longest).max() <= 1e-4
    assert np.abs(scorer.score("word " * (half - 1), texts) - longest).max() > 1e-4
