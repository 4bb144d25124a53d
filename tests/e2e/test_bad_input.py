"""Whatever goes wrong: a sentence that says what and what to do, the right status, and nothing lost."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption

from rag_app.settings import Models
from tests.e2e.conftest import EXAMPLES
from tests.e2e.processes import RAG_APP, environment, rag_app
from tests.ingestion.converters.files import pdf

PEOPLE = EXAMPLES / "knowledge_base" / "people"
QUESTION = "How many days of annual leave are there?"
MEGABYTE = 1_000_000


def assert_told(done: subprocess.CompletedProcess[str], status: int, *words: str) -> None:
    """Two sentences on stderr, no trace, and nothing that a script would take for a result."""
    assert done.returncode == status, done.stderr
    assert done.stderr.startswith("Error: "), done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr


def found(data_dir: Path) -> list[str]:
    """Ids of what a search finds."""
    done = rag_app("search", QUESTION, "--json", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    return [result["id"] for result in json.loads(done.stdout)["results"]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "office"
    place.mkdir()
    (place / "leave.md").write_text("# Leave\n\nEverybody has 27 days of annual leave.\n")
    return place


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    place.mkdir()
    return place


def test_bad_files_are_told_one_by_one_and_cost_nothing_else(folder: Path, data_dir: Path) -> None:
    os.mkfifo(folder / "pipe.md")
    (folder / "folder.md").mkdir()
    (folder / "dangling.md").symlink_to("nowhere.md")
    (folder / "outside.md").symlink_to("/etc/hostname")
    (folder / "program.xyz").write_bytes(b"\x7fELF\x00\x01\x02" * 100)
    (folder / "zero.pdf").touch()
    locked = StandardEncryption("user", "owner")
    (folder / "locked.pdf").write_bytes(pdf(lambda c: c.drawString(72, 720, "secret"), encrypt=locked))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")

    done = rag_app("ingest", folder, "--json", data_dir=data_dir)

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["added"] == ["leave.md"]
    told = {p["document"]: p["reason"] for p in [*report["failed"], *report["skipped"]]}
    assert all(p["remedy"] for p in [*report["failed"], *report["skipped"]])
    assert told.pop("pipe.md") == told.pop("dangling.md") == "It is no regular file."
    assert "leaves the folder" in told.pop("outside.md")
    assert told.pop("program.xyz") == "It is a program (ELF)."
    assert "empty" in told.pop("zero.pdf")
    assert "encrypted" in told.pop("locked.pdf")
    assert "damaged" in told.pop("broken.pdf")
    assert told == {}
    assert len(found(data_dir)) == 1


def test_a_second_look_at_bad_files_alone_publishes_nothing(folder: Path, data_dir: Path) -> None:
    (folder / "zero.pdf").touch()
    first, second = (
        json.loads(rag_app("ingest", folder, "--json", data_dir=data_dir).stdout) for _ in range(2)
    )

    assert (first["outcome"], first["generation"]) == ("published", 1)
    assert (second["outcome"], second["generation"]) == ("unchanged", 1)
    assert [p["document"] for p in second["failed"]] == ["zero.pdf"]


@pytest.mark.alone  # the kernel counts this process's memory to its children's
def test_200_megabytes_of_text_are_refused_in_bounded_memory(folder: Path, data_dir: Path) -> None:
    with (folder / "huge.txt").open("w") as file:
        for _ in range(200):
            file.write("The quick brown fox jumps over the lazy dog again.\n" * (MEGABYTE // 51))
        file.write("x" * MEGABYTE)
    command = [str(RAG_APP), "ingest", str(folder), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment(data_dir)) as process:
        assert process.stdout is not None
        report = json.loads(process.stdout.read())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)

    assert process.returncode == 0
    assert report["added"] == ["leave.md"]
    [problem] = report["failed"]
    assert "the limit is 100,000,000" in problem["reason"]
    assert usage.ru_maxrss * 1024 < 800 * MEGABYTE


def test_a_folder_without_files_is_refused(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert_told(
        rag_app("ingest", tmp_path / "empty", data_dir=data_dir), 2, "holds no files", "Name a folder"
    )


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "holds no word"),
        ("\x07\x1b \u202e", "holds no word"),
        ("leave " * 16_667, "100,002 characters; at most 4,000"),
    ],
)
def test_what_is_no_question_is_refused(knowledge_base: Path, question: str, words: str) -> None:
    assert_told(rag_app("ask", question, data_dir=knowledge_base), 2, words)


@pytest.mark.parametrize(
    ("settings", "status", "words"),
    [
        ({"RAG_APP_QDRANT__URL": "http://127.0.0.1:9"}, 1, ("http://127.0.0.1:9", "that the server runs")),
        ({"RAG_APP_QDRANT__URL": "somewhere"}, 2, ("'somewhere'", "https://host:6333")),
        (
            {"RAG_APP_DATABASE__URL": "postgresql://me:secret@127.0.0.1:9/db"},
            1,
            ("127.0.0.1:9", "server runs"),
        ),
        ({"RAG_APP_DATABASE__URL": "mysql://me:secret@127.0.0.1/db"}, 1, ("mysql://", "sqlite:////")),
        (
            {"RAG_APP_RANKING__DEPTH": "900"},
            1,
            ("RAG_APP_RANKING__DEPTH", "'900'", "less than or equal to 100"),
        ),
        ({"RAG_APP_RANKING__DEPHT": "9"}, 1, ("RAG_APP_RANKING__DEPHT", "rag-app config")),
        ({"RAG_APP_MODELS__EMBEDDER": "nosuch"}, 2, ("'nosuch'", "bge-small-en-v1.5-int8")),
        ({"RAG_APP_GENERATION__BASE_URL": "http://127.0.0.1:9/v1"}, 1, ("RAG_APP_GENERATION__MODEL",)),
        (
            {"RAG_APP_GENERATION__BASE_URL": "http://127.0.0.1:9/v1", "RAG_APP_GENERATION__MODEL": "any"},
            1,
            ("any at http://127.0.0.1:9/v1 cannot be reached", "Start the server"),
        ),
    ],
)
def test_what_is_set_wrongly_or_answered_by_nobody_is_named(
    knowledge_base: Path, settings: dict[str, str], status: int, words: tuple[str, ...]
) -> None:
    done = rag_app("ask", QUESTION, data_dir=knowledge_base, settings=settings)

    assert_told(done, status, *words)
    assert "secret" not in done.stderr


def test_a_model_that_is_missing_or_damaged_is_named_with_the_remedy(tmp_path: Path, data_dir: Path) -> None:
    cache = tmp_path / "models"
    settings = {"RAG_APP_MODELS__CACHE": str(cache), "RAG_APP_MODELS__OFFLINE": "true"}
    models = Models()

    missing = rag_app("status", data_dir=data_dir, settings=settings)
    shutil.copytree(models.cache / models.embedder, cache / models.embedder)
    (cache / models.cross_encoder).symlink_to(models.cache / models.cross_encoder)
    with (cache / models.embedder / "model.onnx").open("r+b") as file:
        file.write(b"no model at all" * 1000)
    damaged = rag_app("status", data_dir=data_dir, settings=settings)
    verified = rag_app("models", "verify", data_dir=data_dir, settings=settings)
    as_json = rag_app("models", "verify", "--json", data_dir=data_dir, settings=settings)

    assert_told(missing, 1, models.embedder, "rag-app models import")
    assert_told(damaged, 1, "model.onnx", "rag-app models verify", "rag-app models fetch")
    assert verified.returncode == 1
    assert f"{cache / models.embedder / 'model.onnx'}: expected" in verified.stdout
    assert as_json.returncode == 1
    [told] = json.loads(as_json.stdout)["damaged"]
    assert (told["name"], told["path"]) == (models.embedder, str(cache / models.embedder / "model.onnx"))


def test_an_engine_that_holds_the_store_and_does_not_answer_is_named(data_dir: Path) -> None:
    (data_dir / "vectors").mkdir()
    with (data_dir / "vectors" / "engine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(str(os.getpid()))
        lock.flush()

        locked = rag_app("status", data_dir=data_dir)

    assert_told(locked, 1, f"locked by process {os.getpid()}", "try again")
    assert rag_app("status", data_dir=data_dir).returncode == 0


def test_a_database_that_another_process_writes_to_is_waited_for_then_named(
    folder: Path, data_dir: Path
) -> None:
    assert rag_app("ingest", folder, data_dir=data_dir).returncode == 0
    before = found(data_dir)
    (folder / "more.md").write_text("# More\n\nAnnual leave of 28 days after ten years.\n")
    with closing(sqlite3.connect(data_dir / "rag-app.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        locked = rag_app("ingest", folder, data_dir=data_dir)

        assert_told(locked, 1, "rag-app.db is locked by another process", "Try again")
        assert found(data_dir) == before
    assert rag_app("ingest", folder, data_dir=data_dir).returncode == 0
    assert len(found(data_dir)) == 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A data folder on a disk of 300 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300m", "none", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"only root may mount a disk ({mounted.stderr.strip()})")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.parametrize("left", [60 * 2**20, 0])  # SQLite cannot even be read where nothing is left
def test_a_full_disk_is_told_loses_nothing_and_is_recovered_from(
    small_disk: Path, folder: Path, left: int
) -> None:
    assert rag_app("ingest", folder, data_dir=small_disk).returncode == 0
    before = found(small_disk)
    (folder / "more.md").write_text("# More\n\nAnnual leave of 28 days after ten years.\n")
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(small_disk).free - left)

    full = rag_app("ingest", folder, "--json", data_dir=small_disk)

    assert_told(full, 1, "free")
    if not left:
        ballast.unlink()
    assert found(small_disk) == before
    ballast.unlink(missing_ok=True)
    assert rag_app("ingest", folder, data_dir=small_disk).returncode == 0
    assert len(found(small_disk)) == 2


def test_a_taken_port_is_named_before_anything_is_loaded(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        done = rag_app("serve", "--port", port, data_dir=data_dir)

    assert_told(done, 1, f"127.0.0.1, port {port}", "in use", "--port")
    assert list(data_dir.iterdir()) == []


def test_a_server_that_cannot_reach_its_store_does_not_start(data_dir: Path) -> None:
    settings = {"RAG_APP_QDRANT__URL": "http://127.0.0.1:9"}

    done = rag_app("serve", "--port", "0", data_dir=data_dir, settings=settings)

    assert_told(done, 1, "http://127.0.0.1:9", "that the server runs")
