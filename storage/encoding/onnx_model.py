"""A transformer in ONNX form with its tokenizer, run on one text or pair at a time."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from storage.encoding.model_version import short_hash
from storage.errors import Permanent, Problem, Transient

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

_REMEDY = "Run `rag-app models verify` to see what is damaged, and `rag-app models fetch` to mend it."


class OnnxModel:
    """The files `model.onnx` and `tokenizer.json` of a folder, loaded once; safe in several threads.

    The session works in its caller's thread alone: shared by one thread a core, it does what a session for
    each would, in half the memory. `short_hash` names the loaded weights: the first 12 hexadecimal digits of
    the file's sha256. Raises Permanent, naming the file, when one is missing or damaged.
    """

    def __init__(self, folder: Path, max_tokens: int = 512) -> None:
        self._file = folder / "model.onnx"
        self._tokenizer_file = folder / "tokenizer.json"
        self._max_tokens = max_tokens
        self._loaded = _stamp(self._file)
        self._session = _load_session(self._file)
        self.short_hash = short_hash(self._file)
        if _stamp(self._file) != self._loaded:
            raise Transient(f"The model file {self._file} changed while it was loaded.", "Start again.")
        self._inputs = [given.name for given in self._session.get_inputs()]

    @property
    def replaced(self) -> str | None:
        """What to tell where the file on disk is another by now; a new date alone is no change."""
        if _stamp(self._file) == self._loaded:
            return None
        if self._file.is_file() and short_hash(self._file) == self.short_hash:
            return None
        return f"{self._file} is no longer what was loaded ({self.short_hash}): restart to load it."

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Without truncation or padding."""
        return _load_tokenizer(self._tokenizer_file)

    def truncating_tokenizer(self, strategy: str) -> Tokenizer:
        """A tokenizer cutting at `max_tokens`; `strategy` is that of the tokenizers library."""
        tokenizer = _load_tokenizer(self._tokenizer_file)
        tokenizer.enable_truncation(self._max_tokens, strategy=strategy)
        return tokenizer

    def run(self, encoding: Encoding) -> NDArray[np.float32]:
        """The first output for this one text or pair, its batch dimension of 1 included."""
        values = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        feed = {name: np.array([values[name]], dtype=np.int64) for name in self._inputs}
        output: NDArray[np.float32] = self._session.run(None, feed)[0]
        if not np.isfinite(output).all():
            raise damaged(self._file, "it computes numbers that are not finite")
        return output


def damaged(file: Path, reason: object) -> Problem:
    """What to tell of a model file that cannot be used."""
    return Permanent(f"The model file {file} cannot be used: {reason}.", _REMEDY)


def _stamp(file: Path) -> tuple[int, int, int] | None:
    """What changes with a file; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def printable(text: str) -> str:
    """`text` with lone surrogates, which no tokenizer takes, replaced one for one by `?`."""
    return text.encode(errors="replace").decode()


def _load_session(file: Path) -> Any:
    # Must be set before the runtime is loaded, else it reports to its maker and keeps a device id.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    onnxruntime.set_default_logger_severity(4)  # what goes wrong arrives as an exception as well
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    _require(file)
    try:
        return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise damaged(file, error) from error


def _load_tokenizer(file: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    _require(file)
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:
        raise damaged(file, error) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _require(file: Path) -> None:
    if not file.is_file():
        raise damaged(file, "it is missing")
