"""A cross-encoder in ONNX form on the CPU: one pair a call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from storage.encoding.onnx_model import OnnxModel, damaged, printable
from storage.inference import InferencePool

MAX_TOKENS = 512
MAX_QUESTION_TOKENS = 254  # half of what three special tokens leave


class OnnxCrossEncoder:
    """Raw logits from `model.onnx` in `folder`; never batched, so a pair's score is its own.

    The int8 files quantise activations over a whole call: in a batch, a pair's logit would move by up to 1.0
    with what stands beside it.
    """

    def __init__(self, name: str, folder: Path, pool: InferencePool) -> None:
        self._name = name
        self._file = folder / "model.onnx"
        self._pool = pool
        self._model = OnnxModel(folder, MAX_TOKENS)
        self._tokenizer = self._model.truncating_tokenizer("only_second")

    @property
    def version(self) -> str:
        """Names model and weights, for caches of scores."""
        return f"{self._name}@{self._model.short_hash}"

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Logits (n,) in the order of `texts`; what exceeds 512 tokens is cut from the text's end."""
        pair = partial(self._score, self._shortened(printable(question)))
        return np.array(self._pool.map(pair, texts), dtype=np.float32)

    def _score(self, question: str, text: str) -> float:
        logits = self._model.run(self._tokenizer.encode(question, printable(text)))
        if logits.shape != (1, 1):
            raise damaged(
                self._file, f"it gives {logits.shape} values for a pair, and a cross-encoder gives one"
            )
        return float(logits[0, 0])

    def _shortened(self, question: str) -> str:
        offsets = self._model.tokenizer.encode(question, add_special_tokens=False).offsets
        if len(offsets) <= MAX_QUESTION_TOKENS:
            return question
        return question[: offsets[MAX_QUESTION_TOKENS - 1][1]]
