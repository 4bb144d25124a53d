"""Any cross-encoder of sentence-transformers: on a GPU in batches, on the CPU one pair a call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranking.cross_encoder.windows import shortened, windows
from storage.encoding.onnx_model import printable
from storage.errors import Permanent
from storage.inference import InferencePool
from storage.models.assembly import sha256_of

MAX_TOKENS = 512  # what cross-encoders are trained on; a model that takes fewer keeps its own bound
GPU_BATCH = 32
WEIGHTS = ("*.safetensors", "*.bin", "*.json")


class TorchCrossEncoder:
    """Raw logits of the model in `folder`, whatever activation it was saved with.

    In batches padding moves a logit by some 1e-6, in 32 bits; on the CPU one pair a call is faster, too, and
    torch is told to use one thread a call in this whole process: the pool has one worker a core. Raises
    Permanent where sentence-transformers is not installed or the folder holds no cross-encoder.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        pool: InferencePool,
        timeout_seconds: float | None = None,
        *,
        device: str | None = None,
        batch_size: int | None = None,
    ) -> None:
        self._name = name
        self._folder = folder
        self._pool = pool
        self._timeout = timeout_seconds
        self._model = _loaded(name, folder, device)
        on_cpu = self._model.device.type == "cpu"
        self._batch_size = batch_size or (1 if on_cpu else GPU_BATCH)
        if on_cpu:
            _one_thread_a_call()
        self._tokenizer = self._model.tokenizer
        self._tokenizing = Lock()  # a fast tokenizer fails when two threads change how it truncates
        self._room = min(self._model.max_seq_length or MAX_TOKENS, MAX_TOKENS)
        self._room -= self._tokenizer.num_special_tokens_to_add(pair=True)
        self._hash = _hash(folder)

    @property
    def version(self) -> str:
        """Names model and weights, for caches of scores."""
        return f"{self._name}@{self._hash}"

    @property
    def replaced(self) -> str | None:
        """What to tell when the files on disk are others than those that were loaded."""
        if _hash(self._folder) == self._hash:
            return None
        return f"{self._folder} is no longer what was loaded ({self._hash}): restart to load it."

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Logits (n,) in the order of `texts`; a text longer than the window is scored by its best window."""
        question = printable(question)
        asked = shortened(question, self._offsets(question), self._room // 2)
        size = self._room - len(self._offsets(asked))
        cut = [windows(text, self._offsets(text), size) for text in map(printable, texts)]
        pairs = [(asked, window) for text_windows in cut for window in text_windows]
        order = sorted(range(len(pairs)), key=lambda index: len(pairs[index][1]))  # little padding
        starts = range(0, len(pairs), self._batch_size)
        batches = [order[start : start + self._batch_size] for start in starts]
        results = self._pool.submit(self._batch, [[pairs[i] for i in batch] for batch in batches])
        logits = np.empty(len(pairs), dtype=np.float32)
        for batch, scores in zip(batches, results.result(self._timeout), strict=True):
            logits[batch] = scores
        firsts = np.cumsum([0, *(len(text_windows) for text_windows in cut)])[:-1]
        return np.maximum.reduceat(logits, firsts) if texts else logits

    def _batch(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        import torch
        from sentence_transformers.util import batch_to_device

        with self._tokenizing:
            features = self._model.preprocess(list(pairs))
        with torch.inference_mode():
            scores = self._model(batch_to_device(features, self._model.device))["scores"]
        if scores.numel() != len(pairs):
            raise Permanent(
                f"The model {self._name} gives {tuple(scores.shape)} values for {len(pairs)} pairs, and a "
                "cross-encoder for ranking gives one a pair.",
                "Set RAG_APP_MODELS__CROSS_ENCODER to a model with one label.",
            )
        found: NDArray[np.float32] = scores.float().cpu().numpy().reshape(-1)
        return found

    def _offsets(self, text: str) -> list[tuple[int, int]]:
        with self._tokenizing:
            encoded = self._tokenizer(
                text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
            )
        offsets: list[tuple[int, int]] = encoded["offset_mapping"]
        return offsets


def _loaded(name: str, folder: Path, device: str | None) -> Any:
    try:
        from sentence_transformers import CrossEncoder
        from transformers.utils.logging import disable_progress_bar
    except ModuleNotFoundError as error:
        raise Permanent(
            f"The cross-encoder {name} has no model.onnx, and sentence-transformers is not installed.",
            "Run `pip install 'rag-app[torch]'`, or name a model of `rag-app models list`.",
        ) from error
    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = CrossEncoder(str(folder), device=device, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise Permanent(
            f"The cross-encoder {name} in {folder} cannot be loaded: {error}.",
            "RAG_APP_MODELS__CROSS_ENCODER needs a folder with model.onnx and tokenizer.json, or one that "
            "sentence-transformers can load.",
        ) from error
    return model.eval()


def _one_thread_a_call() -> None:
    import torch

    torch.set_num_threads(1)


def _hash(folder: Path) -> str:
    """Of weights, configuration and tokenizer."""
    import hashlib

    files = sorted({file for pattern in WEIGHTS for file in folder.rglob(pattern) if file.is_file()})
    named = [f"{file.relative_to(folder)} {sha256_of(file)}" for file in files]
    return hashlib.sha256("\n".join(named).encode()).hexdigest()[:12]
