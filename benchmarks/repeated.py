"""A question that was asked before: what it costs in all, over 10,000 chunks.

    python -m benchmarks.repeated [--chunks 10000] [--questions 20]

Each question is asked once, then again and again, in process and over HTTP, with the embedded engine. Of the
machine, all other work must be away: most of the time goes between two processes.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import process_time

import httpx

from benchmarks.clock import percentiles, seconds_of, table
from benchmarks.retrieval import GOLD
from benchmarks.startup import fill
from rag_app.application import ANONYMOUS
from rag_app.bootstrap import open_application
from rag_app.settings import load_settings
from ranking.evaluation.gold import read_gold

RAG_APP = Path(sys.executable).with_name("rag-app")
STAGES = ("encoding", "retrieval", "fusion", "fetching", "reranking", "ensemble", "total")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    questions = [question.text for question in read_gold(GOLD).answerable[: arguments.questions]]
    with tempfile.TemporaryDirectory() as place:
        fill(Path(place), arguments.chunks)
        rows, stages, cpu = in_process(Path(place), questions, arguments.repeats)
        with serving(Path(place)) as client:
            ask = asking(client)
            rows += [
                ("HTTP, first time", *timed(ask, questions, 1)),
                ("HTTP, again", *timed(ask, questions, arguments.repeats)),
            ]
    print(f"{arguments.chunks:,} chunks, {len(questions)} questions; milliseconds\n")
    print(table(["search", "p50", "p95"], rows), end="\n\n")
    print(table(["asked again, by stage", *STAGES], [("p50", *stages)]))
    print(f"\n{cpu:.1f} ms of CPU in this process, asked again; the engine's own come on top")


def in_process(
    data_dir: Path, questions: Sequence[str], repeats: int
) -> tuple[list[tuple[str, str, str]], list[str], float]:
    """Rows of times, the median of each stage of those asked again, and the CPU ms that each took."""
    samples: dict[str, list[float]] = {stage: [] for stage in STAGES}
    settings = load_settings().model_copy(update={"data_dir": data_dir})
    with open_application(settings) as application:

        def ask(question: str) -> None:
            found = application.answers.search(question, ANONYMOUS)
            for stage in STAGES:
                samples[stage].append(found.milliseconds[stage] / 1000)

        rows = [("in process, first time", *timed(ask, questions, 1))]
        for seconds in samples.values():
            seconds.clear()
        before = process_time()
        rows.append(("in process, again", *timed(ask, questions, repeats)))
        cpu = (process_time() - before) * 1000 / (repeats * len(questions))
    return rows, [f"{percentiles(samples[stage])[0]:.1f}" for stage in STAGES], cpu


def asking(client: httpx.Client) -> Callable[[str], object]:
    return lambda question: client.post("/api/search", json={"question": question}).raise_for_status()


def timed(ask: Callable[[str], object], questions: Sequence[str], repeats: int) -> tuple[str, str]:
    seconds = [seconds_of(partial(ask, question)) for _ in range(repeats) for question in questions]
    p50, p95 = percentiles(seconds)
    return f"{p50:.1f}", f"{p95:.1f}"


@contextmanager
def serving(data_dir: Path) -> Iterator[httpx.Client]:
    """A client of a server process over the folder."""
    process = subprocess.Popen(
        [RAG_APP, "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "RAG_APP_DATA_DIR": str(data_dir)},
    )
    assert process.stderr is not None
    try:
        url = next(found[1] for line in process.stderr if (found := re.search(r"running on (http\S+)", line)))
        with httpx.Client(base_url=url, timeout=60) as client:
            yield client
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


if __name__ == "__main__":
    main()
