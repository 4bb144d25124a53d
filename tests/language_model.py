"""A real language model behind a real OpenAI-compatible endpoint, in a process of its own on a free port.

Run as a script it is that process: it prints its address and serves until its standard input closes, so
that it never outlives the tests, however they end.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """What a client needs to know of a served model; `root` also has llama.cpp's `/health` and `/slots`."""

    root: str
    model: str
    context_tokens: int

    @property
    def base_url(self) -> str:
        return f"{self.root}/v1"


@contextmanager
def language_model(weights: Path, context_tokens: int = 4096, threads: int = 1) -> Iterator[LanguageModel]:
    """Serves the GGUF file `weights` until the block ends; RuntimeError with the log if it does not start.

    More threads than free cores make it many times slower: they wait for one another by spinning.
    """
    command = [sys.executable, __file__, str(weights), str(context_tokens), str(threads)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        try:
            root = process.stdout.readline().strip()
            if not root:
                raise RuntimeError(f"{weights} is not served: {process.stderr.read()[-2000:]}")
            yield LanguageModel(root, weights.stem, context_tokens)
        finally:
            process.stdin.close()
            process.terminate()


def _serve(weights: str, context_tokens: int, threads: int) -> None:
    from xllamacpp import CommonParams, Server

    parameters = CommonParams()
    parameters.model.path = weights
    parameters.model_alias = {Path(weights).stem}
    parameters.n_ctx = context_tokens
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    parameters.fit_params = False
    parameters.warmup = False
    parameters.verbosity = 0  # its log goes to a pipe that nobody empties
    server = Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
