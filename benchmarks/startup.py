"""How long `rag-app serve` takes until it is ready, and what memory it then holds.

    python -m benchmarks.startup [--chunks 10000]

Ready means that `/readyz` answers 200; memory is the resident set of server and engine process together,
after one question. Without the torch extra is measured by hiding torch from the server's imports.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from time import perf_counter
from urllib.error import URLError
from urllib.request import Request, urlopen

from benchmarks.clock import table
from benchmarks.passages import EXAMPLES
from benchmarks.retrieval import corpus
from rag_app.bootstrap import open_application
from rag_app.settings import load_settings
from storage.edge.client import EdgeClient
from storage.edge.settings import EngineSettings
from storage.encoding.dense import DenseEncoder
from storage.encoding.lexical import LexicalEncoder
from storage.inference import InferencePool
from storage.models import ModelStore

RAG_APP = Path(sys.executable).with_name("rag-app")
HIDE_TORCH = "import sys; sys.modules.update({'torch': None, 'sentence_transformers': None})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        data_dir, hiding = Path(place) / "data", Path(place) / "hiding"
        hiding.mkdir()
        (hiding / "sitecustomize.py").write_text(HIDE_TORCH)
        fill(data_dir, arguments.chunks)
        rows = []
        for name, path in (("without torch", str(hiding)), ("with torch", "")):
            runs = [measured(data_dir, path) for _ in range(arguments.repeats)]
            seconds, server, engine = (statistics.median(column) for column in zip(*runs, strict=True))
            rows.append((name, f"{seconds:.1f}", f"{server:.0f}", f"{engine:.0f}", f"{server + engine:.0f}"))
    print(f"{arguments.chunks:,} chunks, medians of {arguments.repeats}\n")
    print(table(["", "ready s", "server MiB", "engine MiB", "together MiB"], rows))


def fill(data_dir: Path, chunks: int) -> None:
    """The examples, and as many more chunks in the same set as make up the number."""
    settings = load_settings().model_copy(update={"data_dir": data_dir})
    with open_application(settings) as application:
        report = application.documents.ingest(EXAMPLES, "examples")
        pool = InferencePool(settings.threads)
        model = ModelStore(settings.models.cache).resolve(settings.models.embedder)
        encoder = DenseEncoder(settings.models.embedder, model, pool)
        more, vectors = corpus(chunks - report.chunks, encoder)
        pool.close()
        lexical = LexicalEncoder(120)
        sparse = [lexical.encode_document(made.contextual_text) for made in more]
        application.documents.index.write(more, vectors, sparse, report.generation)


def measured(data_dir: Path, python_path: str) -> tuple[float, float, float]:
    """Seconds until ready, then MiB of the server and of the engine."""
    environment = {**os.environ, "RAG_APP_DATA_DIR": str(data_dir), "PYTHONPATH": python_path}
    started = perf_counter()
    server = subprocess.Popen(
        [RAG_APP, "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert server.stderr is not None
    try:
        url = next(found[1] for line in server.stderr if (found := re.search(r"running on (http\S+)", line)))
        _get(f"{url}/readyz")
        seconds = perf_counter() - started
        body = json.dumps({"question": "How long is the warranty?"}).encode()
        headers = {"Content-Type": "application/json"}
        _get(Request(f"{url}/api/search", body, headers))  # noqa: S310 - our own server
        with closing(EdgeClient(EngineSettings(str(data_dir / "vectors")))) as client:
            return seconds, _resident(server.pid), _resident(client.engine_process())
    finally:
        server.terminate()
        server.wait()
        server.stderr.close()


def _get(request: str | Request) -> None:
    try:
        with urlopen(request, timeout=60) as response:  # noqa: S310 - our own server on this machine
            response.read()
    except URLError as error:
        raise SystemExit(f"the server did not answer: {error}") from error


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
