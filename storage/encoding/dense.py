"""Text to dense vectors: the meaning of a passage as a direction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from storage.encoding.onnx_model import OnnxModel, printable
from storage.inference import InferencePool

BGE_QUESTION_PREFIX = "Represent this sentence for searching relevant passages: "


class DenseEncoder:
    """Vectors of length 1 from the first token's state, as the BGE family is trained.

    `folder` holds `model.onnx` and `tokenizer.json`; a text is cut at 512 tokens. Xiao et al., C-Pack
    (SIGIR 2024).
    """

    def __init__(
        self, name: str, folder: Path, pool: InferencePool, question_prefix: str = BGE_QUESTION_PREFIX
    ) -> None:
        self._name = name
        self._pool = pool
        self._question_prefix = question_prefix
        self._model = OnnxModel(folder)
        self._tokenizer = self._model.truncating_tokenizer("longest_first")
        self.dimension: int = self._encode("").shape[0]

    @property
    def version(self) -> str:
        """Names the space: vectors of two versions must never be compared."""
        return f"{self._name}@{self._model.short_hash}"

    @property
    def replaced(self) -> str | None:
        """What to tell when the file on disk is another than the one that was loaded."""
        return self._model.replaced

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), each of length 1; a text's vector does not depend on its neighbours."""
        vectors = self._pool.map(self._encode, texts)
        return np.stack(vectors) if vectors else np.empty((0, self.dimension), dtype=np.float32)

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """(dimension,), of length 1."""
        return self._pool.map(self._encode, [self._question_prefix + text])[0]

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Start and end character of every token of the whole text, special tokens left out."""
        offsets: list[tuple[int, int]] = self._model.tokenizer.encode(
            printable(text), add_special_tokens=False
        ).offsets
        return offsets

    def _encode(self, text: str) -> NDArray[np.float32]:
        states = self._model.run(self._tokenizer.encode(printable(text)))
        first: NDArray[np.float32] = states[0, 0]
        return first / np.linalg.norm(first)
