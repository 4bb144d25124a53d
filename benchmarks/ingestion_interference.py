"""What searches feel of an ingestion: their latency while nothing else runs, and while a worker ingests.

    python -m benchmarks.ingestion_interference [--documents 2000] [--seconds 30] [--worker-threads N]

Both in one run, on the examples, by the questions of their gold set, one after the other. Scores of pairs are
not kept, so that every search re-ranks. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from time import monotonic, sleep

from benchmarks.clock import percentiles, seconds_of, table
from benchmarks.passages import EXAMPLES
from rag_app.application import ANONYMOUS, Application
from rag_app.bootstrap import open_application
from rag_app.settings import Cache, Settings, Worker, load_settings

WORDS = 120
VOCABULARY = 5000
WARM_UP = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--worker-threads", type=int)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        settings = settings_in(Path(place) / "data", chosen.worker_threads)
        with open_application(settings) as application:
            application.documents.ingest(EXAMPLES / "knowledge_base", "examples")
            write_corpus(Path(place) / "busy", chosen.documents)
            print(measured(application, Path(place) / "busy", chosen.seconds))


def settings_in(data_dir: Path, worker_threads: int | None) -> Settings:
    worker = Worker(threads=worker_threads, idle_seconds=1.0)
    update = {"data_dir": data_dir, "cache": Cache(megabytes=0), "worker": worker}
    return load_settings().model_copy(update=update)


def measured(application: Application, folder: Path, seconds: float) -> str:
    lines = (EXAMPLES / "gold.jsonl").read_text().splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    searches(application, questions, lambda: False, least=WARM_UP)
    deadline = monotonic() + seconds
    idle = searches(application, questions, lambda: monotonic() < deadline)
    job = application.jobs.start("busy", ANONYMOUS, folder=folder)
    while application.jobs.show(job.id).documents == 0:
        sleep(0.1)
    busy = searches(application, questions, lambda: application.jobs.show(job.id).finished is None)
    ended = application.jobs.show(job.id)
    rows = [
        (name, len(found), *(f"{value:.0f}" for value in percentiles(found)))
        for name, found in (("idle", idle), ("while ingesting", busy))
    ]
    ratio = percentiles(busy)[1] / percentiles(idle)[1]
    return (
        f"{table(['searches', 'number', 'p50, ms', 'p95, ms'], rows)}\n\n"
        f"p95 while ingesting is {ratio:.2f} x idle (job {ended.state}, {ended.documents:,} documents)."
    )


def searches(
    application: Application, questions: Sequence[str], going: Callable[[], bool], least: int = 1
) -> list[float]:
    """Seconds of each search, for as long as it is `going`."""
    found: list[float] = []
    for question in cycle(questions):
        if len(found) >= least and not going():
            return found
        found.append(seconds_of(partial(application.answers.search, question, ANONYMOUS, sets=["examples"])))
    return found


def write_corpus(folder: Path, count: int) -> None:
    draw = random.Random(1)
    words = [f"word{number}" for number in range(VOCABULARY)]
    folder.mkdir()
    for number in range(count):
        text = " ".join(draw.choices(words, k=WORDS))
        (folder / f"{number:05}.md").write_text(f"# Document {number}\n\n{text}.\n")


if __name__ == "__main__":
    main()
