"""Re-ranking 50 pairs against a bare loop over the same session on as many threads, in turns.

    python -m benchmarks.reranking

Prints the ratio of the medians; the pairs are passages of the example documents.
"""

from __future__ import annotations

import argparse
import statistics
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.clock import seconds_of, table
from benchmarks.passages import example_texts
from rag_app.settings import load_settings
from ranking.cross_encoder.onnx import OnnxCrossEncoder
from storage.inference import InferencePool
from storage.models import ModelStore

QUESTION = "How long is the warranty of a flow meter when the customer registers it?"
PAIRS = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeats", type=int, default=15)
    repeats = parser.parse_args().repeats
    settings = load_settings()
    folder = ModelStore(settings.models.cache).resolve(settings.models.cross_encoder)
    texts = example_texts()[:PAIRS]
    pool = InferencePool(settings.threads)
    scorer = OnnxCrossEncoder(settings.models.cross_encoder, folder, pool)
    bare = BareLoop(folder, settings.threads)
    bare.score(texts)
    scorer.score(QUESTION, texts)
    ours, theirs = [], []
    for _ in range(repeats):
        theirs.append(seconds_of(lambda: bare.score(texts)))
        ours.append(seconds_of(lambda: scorer.score(QUESTION, texts)))
    rows = [
        ("bare loop", f"{statistics.median(theirs) * 1000:.0f}", "1.00"),
        (
            "cross-encoder",
            f"{statistics.median(ours) * 1000:.0f}",
            f"{statistics.median(a / b for a, b in zip(ours, theirs, strict=True)):.2f}",
        ),
    ]
    lengths = [len(encoding) for encoding in bare.encodings(texts)]
    print(f"{PAIRS} pairs of {statistics.mean(lengths):.0f} tokens, {settings.threads} threads\n")
    print(table(["", "median ms", "ratio"], rows))
    pool.close()


class BareLoop:
    """The same file, session options and pairs with nothing around them."""

    def __init__(self, folder: Path, threads: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            folder / "model.onnx", options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(512, strategy="only_second")
        self._executor = ThreadPoolExecutor(threads)

    def encodings(self, texts: list[str]) -> list[list[int]]:
        return [self._tokenizer.encode(QUESTION, text).ids for text in texts]

    def score(self, texts: list[str]) -> list[float]:
        return list(self._executor.map(self._one, texts))

    def _one(self, text: str) -> float:
        encoding = self._tokenizer.encode(QUESTION, text)
        feed = {
            "input_ids": [encoding.ids],
            "attention_mask": [encoding.attention_mask],
            "token_type_ids": [encoding.type_ids],
        }
        return float(self._session.run(None, feed)[0][0, 0])


if __name__ == "__main__":
    main()
