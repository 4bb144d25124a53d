"""A command that is killed, or stopped by Ctrl-C, leaves no half state behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import monotonic, sleep

from storage.database import open_database, sqlite_url
from storage.edge.client import EdgeClient
from storage.edge.settings import EngineSettings
from storage.jobs.workers import Workers
from tests.e2e.conftest import EXAMPLES
from tests.e2e.processes import RAG_APP, environment, rag_app
from tests.rag_app.generation.scripted_endpoint import keep_alive, scripted_endpoint

QUESTION = "How many days of annual leave are there?"
SECONDS = 120


def until(condition: Callable[[], bool]) -> None:
    """Asks again and again; AssertionError after SECONDS."""
    deadline = monotonic() + SECONDS
    while not condition():
        assert monotonic() < deadline
        sleep(0.02)


def begun(*arguments: str | Path, data_dir: Path, **settings: str) -> subprocess.Popen[str]:
    """A command in a process group of its own, as a shell starts it."""
    return subprocess.Popen(
        [RAG_APP, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(data_dir, settings),
        start_new_session=True,
    )


def interrupted_ingestion(data_dir: Path, number: signal.Signals) -> tuple[int, str]:
    """Status and stderr of an ingestion that got a signal when some of its passages were written."""
    with (
        begun("ingest", EXAMPLES / "knowledge_base", "--set", "examples", data_dir=data_dir) as process,
        closing(EdgeClient(EngineSettings(str(data_dir / "vectors")))) as engine,
    ):
        until(lambda: (data_dir / "vectors" / "engine.sock").exists())
        until(lambda: engine.collection_exists("chunks") and engine.count("chunks").count > 0)
        assert process.poll() is None
        if number is signal.SIGKILL:
            kill_workers(data_dir)
            process.kill()
        else:
            os.killpg(process.pid, number)
        _, errors = process.communicate(timeout=SECONDS)
    until(lambda: nobody_is_left(process.pid))
    return process.returncode, errors


def kill_workers(data_dir: Path) -> None:
    with closing(open_database(sqlite_url(data_dir / "rag-app.db"))) as database:
        workers = Workers(database, lambda: datetime.now(UTC)).all()
    pids = [worker.pid for worker in workers if worker.takes_jobs]
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def nobody_is_left(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def best(data_dir: Path) -> list[tuple[str, int]]:
    """Document and offset; ids hold the generation, and break ties between the last of the candidates."""
    done = rag_app("search", QUESTION, "--json", "--order", "cross_encoder", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    return [(result["document"], result["start"]) for result in json.loads(done.stdout)["results"]]


def counts(data_dir: Path) -> tuple[int, int]:
    [found] = json.loads(rag_app("status", "--json", data_dir=data_dir).stdout)["sets"]
    return found["documents"], found["chunks"]


def test_a_killed_ingestion_ends_like_an_undisturbed_one_when_run_again(
    knowledge_base: Path, tmp_path: Path
) -> None:
    status, _ = interrupted_ingestion(tmp_path, signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert counts(tmp_path) == (0, 0)

    again = rag_app("ingest", EXAMPLES / "knowledge_base", "--set", "examples", data_dir=tmp_path)

    assert again.returncode == 0, again.stderr
    assert "was interrupted; it goes on first" in again.stderr
    assert counts(tmp_path) == counts(knowledge_base)
    assert len(best(tmp_path)) == 10
    assert best(tmp_path) == best(knowledge_base)


def test_ctrl_c_ends_an_ingestion_in_a_sentence_and_publishes_nothing(tmp_path: Path) -> None:
    status, errors = interrupted_ingestion(tmp_path, signal.SIGINT)

    assert status == 130
    assert errors.splitlines()[-1].startswith("Interrupted. ")
    assert "Traceback" not in errors
    assert "Warning" not in errors
    assert counts(tmp_path) == (0, 0)
    nothing = rag_app("ask", QUESTION, data_dir=tmp_path)
    assert (nothing.returncode, "rag-app ingest FOLDER" in nothing.stderr) == (2, True)


def test_ctrl_c_ends_an_answer_in_silence(knowledge_base: Path) -> None:
    released = Event()
    with scripted_endpoint(keep_alive(released)) as endpoint:
        settings = {
            "RAG_APP_GENERATION__BASE_URL": endpoint.base_url,
            "RAG_APP_GENERATION__MODEL": "scripted",
        }
        with begun("ask", QUESTION, data_dir=knowledge_base, **settings) as process:
            until(lambda: bool(endpoint.requests))
            os.killpg(process.pid, signal.SIGINT)
            output, errors = process.communicate(timeout=SECONDS)
        assert released.wait(SECONDS)

    assert (process.returncode, output.strip(), errors.strip()) == (130, "", "")
