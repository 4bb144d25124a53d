"""16 clients that re-rank at the same time, against a bare loop over the same session, in turns.

    python -m benchmarks.sharing

Each client sends one request after another, of 20 passages of the example documents; no score is cached.
Pairs a second are those of all clients together. The longest request is given as a multiple of the median:
fair is what keeps it under 3.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from benchmarks.clock import seconds_of, table
from benchmarks.passages import example_texts
from benchmarks.reranking import QUESTION, BareLoop
from rag_app.settings import load_settings
from ranking.cross_encoder.onnx import OnnxCrossEncoder
from ranking.cross_encoder.remote import RemoteCrossEncoder
from storage.inference import InferencePool
from storage.models import ModelStore

RAG_APP = Path(sys.executable).with_name("rag-app")
PASSAGES = 20
Score = Callable[[str, Sequence[str]], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--requests", type=int, default=3, help="of each client, in each round")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    settings = load_settings()
    folder = ModelStore(settings.models.cache).resolve(settings.models.cross_encoder)
    texts = example_texts()[:PASSAGES]
    pool = InferencePool(settings.threads)
    bare = BareLoop(folder, settings.threads)
    in_process = OnnxCrossEncoder(settings.models.cross_encoder, folder, pool)
    with service() as url:
        remote = RemoteCrossEncoder(url, "any", timeout_seconds=600)
        ways: dict[str, Score] = {"in process": in_process.score, "rerank-server": remote.score}
        work = arguments.clients, arguments.requests
        rates, longest = rounds(ways, lambda: bare_rate(bare, texts, *work), texts, work, arguments.rounds)
        remote.close()
    pool.close()
    print(f"{arguments.clients} clients, {PASSAGES} pairs a request, {settings.threads} threads\n")
    print(table(["", "pairs a second", "of the bare loop", "longest / median"], rows(rates, longest)))


def rounds(
    ways: dict[str, Score],
    bare: Callable[[], float],
    texts: Sequence[str],
    work: tuple[int, int],
    times: int,
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Pairs a second by way and round, and the longest request of all rounds over their median."""
    rates: dict[str, list[float]] = {"bare loop": [], **{name: [] for name in ways}}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for score in ways.values():
        score(QUESTION, texts)
    for _ in range(times):
        rates["bare loop"].append(bare())
        for name, score in ways.items():
            rate, took = together(score, texts, *work)
            rates[name].append(rate)
            seconds[name] += took
    return rates, {name: max(took) / statistics.median(took) for name, took in seconds.items()}


def rows(rates: dict[str, list[float]], longest: dict[str, float]) -> list[tuple[str, str, str, str]]:
    bare = rates["bare loop"]
    return [
        (
            name,
            f"{statistics.median(found):.0f}",
            f"{statistics.median(a / b for a, b in zip(found, bare, strict=True)):.2f}",
            f"{longest[name]:.2f}" if name in longest else "",
        )
        for name, found in rates.items()
    ]


def bare_rate(bare: BareLoop, texts: Sequence[str], clients: int, requests: int) -> float:
    pairs = list(texts) * clients * requests
    started = perf_counter()
    bare.score(pairs)
    return len(pairs) / (perf_counter() - started)


def together(score: Score, texts: Sequence[str], clients: int, requests: int) -> tuple[float, list[float]]:
    """Pairs a second of all clients, and the seconds of each request."""

    def client(_: int) -> list[float]:
        return [seconds_of(lambda: score(QUESTION, texts)) for _ in range(requests)]

    started = perf_counter()
    with ThreadPoolExecutor(clients) as executor:
        took = [seconds for one in executor.map(client, range(clients)) for seconds in one]
    return len(took) * len(texts) / (perf_counter() - started), took


@contextmanager
def service() -> Iterator[str]:
    """A re-ranker's service on a free port, without a cache."""
    process = subprocess.Popen(
        [RAG_APP, "rerank-server", "--port", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "RAG_APP_CACHE__MEGABYTES": "0", "RAG_APP_RERANKER__TIMEOUT_SECONDS": "600"},
    )
    assert process.stderr is not None
    try:
        yield next(found[1] for line in process.stderr if (found := re.search(r"running on (http\S+)", line)))
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


if __name__ == "__main__":
    main()
