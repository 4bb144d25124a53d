"""A cross-encoder in ONNX form on the CPU: one pair a call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ranking.cross_encoder.windows import shortened, windows
from storage.encoding.onnx_model import OnnxModel, damaged, printable
from storage.inference import InferencePool

MAX_TOKENS = 512
SPECIAL_TOKENS = 3
MAX_QUESTION_TOKENS = (MAX_TOKENS - SPECIAL_TOKENS) // 2


class OnnxCrossEncoder:
    """Raw logits from `model.onnx` in `folder`; never batched, so a pair's score is its own.

    The int8 files quantise activations over a whole call: in a batch, a pair's logit would move by up to 1.0
    with what stands beside it. A question that has waited for `timeout_seconds` raises Transient.
    """

    def __init__(
        self, name: str, folder: Path, pool: InferencePool, timeout_seconds: float | None = None
    ) -> None:
        self._name = name
        self._file = folder / "model.onnx"
        self._pool = pool
        self._timeout = timeout_seconds
        self._model = OnnxModel(folder, MAX_TOKENS)
        self._tokenizer = self._model.truncating_tokenizer("only_second")

    @property
    def version(self) -> str:
        """Names model and weights, for caches of scores."""
        return f"{self._name}@{self._model.short_hash}"

    @property
    def replaced(self) -> str | None:
        """What to tell when the file on disk is another than the one that was loaded."""
        return self._model.replaced

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Logits (n,) in the order of `texts`; what exceeds 512 tokens is scored by its best window."""
        asked = self._shortened(printable(question))
        firsts = self._pool.submit(partial(self._first_window, asked), texts).result(self._timeout)
        scores = np.array([score for score, _ in firsts], dtype=np.float32)
        later = [(index, window) for index, (_, rest) in enumerate(firsts) for window in rest]
        if later:  # each a turn of its own in the queue
            pair = partial(self._score, asked)
            logits = self._pool.submit(pair, [window for _, window in later]).result(self._timeout)
            np.maximum.at(scores, [index for index, _ in later], np.array(logits, dtype=np.float32))
        return scores

    def _first_window(self, question: str, text: str) -> tuple[float, list[str]]:
        """The first window's logit, and the windows still to be scored."""
        encoding = self._tokenizer.encode(question, printable(text))
        if not encoding.overflowing:
            return self._logit(self._model.run(encoding)), []
        first, *rest = self._windows(question, printable(text))
        return self._score(question, first), rest

    def _windows(self, question: str, text: str) -> list[str]:
        taken = len(self._model.tokenizer.encode(question, add_special_tokens=False))
        offsets = self._model.tokenizer.encode(text, add_special_tokens=False).offsets
        return windows(text, offsets, MAX_TOKENS - SPECIAL_TOKENS - taken)

    def _score(self, question: str, text: str) -> float:
        return self._logit(self._model.run(self._tokenizer.encode(question, text)))

    def _logit(self, output: NDArray[np.float32]) -> float:
        if output.shape != (1, 1):
            raise damaged(
                self._file, f"it gives {output.shape} values for a pair, and a cross-encoder gives one"
            )
        return float(output[0, 0])

    def _shortened(self, question: str) -> str:
        offsets = self._model.tokenizer.encode(question, add_special_tokens=False).offsets
        return shortened(question, offsets, MAX_QUESTION_TOKENS)
