"""The command line as people and scripts meet it."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
from pathlib import Path

import pytest

from rag_app import __version__
from rag_app.application import IngestionReport, Status
from rag_app.schemas import Answer, SearchResponse
from tests.e2e.conftest import EXAMPLES
from tests.e2e.processes import RAG_APP, environment, rag_app

QUESTION = "How long is the warranty of the Rill 300?"
COMMANDS = [
    ("ingest",),
    ("ask",),
    ("search",),
    ("serve",),
    ("status",),
    ("evaluate",),
    ("audit",),
    ("learn",),
    ("rankers", "list"),
    ("rankers", "activate"),
    ("rankers", "rollback"),
    ("config",),
    ("models", "list"),
    ("models", "fetch"),
    ("models", "verify"),
    ("models", "import"),
]
WIDTH = 80
TIME_AND_ID = r"\d+ ms|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def on_a_terminal(*arguments: str, data_dir: Path) -> list[str]:
    """Lines that a command writes on a terminal of 80 columns, without colours."""
    ours, theirs = pty.openpty()
    command = subprocess.Popen(
        [RAG_APP, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=environment(data_dir, {"COLUMNS": str(WIDTH), "TERM": "xterm"}),
    )
    os.close(theirs)
    written = b""
    try:
        while select.select([ours], [], [], 120)[0] and (read := os.read(ours, 65536)):
            written += read
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    assert command.wait(60) == 0, written.decode()
    return ESCAPES.sub("", written.decode()).replace("\r", "").splitlines()


def test_the_version_is_that_of_the_package() -> None:
    done = subprocess.run([RAG_APP, "--version"], capture_output=True, text=True, check=True)

    assert done.stdout == f"rag-app {__version__}\n"


def test_the_first_help_names_every_command(tmp_path: Path) -> None:
    done = rag_app("--help", data_dir=tmp_path)

    assert done.returncode == 0
    assert "rag-app ingest FOLDER, then rag-app ask" in done.stdout
    for command in {first for first, *_ in COMMANDS}:
        assert re.search(rf"^│ {command} ", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_teaches_by_an_example_and_fits_80_columns(command: tuple[str, ...], tmp_path: Path) -> None:
    done = rag_app(*command, "--help", data_dir=tmp_path, settings={"COLUMNS": str(WIDTH)})

    assert done.returncode == 0
    assert re.search(rf"Example: .*rag-app {' '.join(command)}\b", done.stdout)
    assert "\x1b" not in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= WIDTH


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("ask",), "Missing argument"),
        (("search", "x", "--limit", "0"), "--limit"),
        (("ask", "x", "--colour", "red"), "--colour"),
    ],
)
def test_wrong_usage_ends_with_2_on_stderr(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = rag_app(*arguments, data_dir=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_json_has_the_documented_shapes(knowledge_base: Path) -> None:
    def printed(*arguments: str | Path) -> str:
        done = rag_app(*arguments, "--json", data_dir=knowledge_base)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    answer = Answer.model_validate_json(printed("ask", QUESTION, "--explain"))
    assert answer.citations
    assert all(source.explanation for source in answer.sources)
    status = Status.model_validate_json(printed("status"))
    assert [(s.name, s.documents) for s in status.sets] == [("examples", 53)]
    folder = EXAMPLES / "knowledge_base"
    report = IngestionReport.model_validate_json(printed("ingest", folder, "--set", "examples", "--dry-run"))
    assert (report.outcome, report.unchanged, report.added) == ("dry run", 53, [])
    assert {"ready"} <= {model["state"] for model in json.loads(printed("models", "list"))["models"]}
    assert json.loads(printed("config"))["ranking"]["depth"] == 50


def test_pages_of_a_search_make_up_the_whole(knowledge_base: Path) -> None:
    def page(offset: int, limit: int) -> SearchResponse:
        window = ("--offset", str(offset), "--limit", str(limit))
        done = rag_app("search", QUESTION, "--json", *window, data_dir=knowledge_base)
        return SearchResponse.model_validate_json(done.stdout)

    whole, first, last = page(0, 50), page(0, 30), page(30, 30)

    assert [r.id for r in (*first.results, *last.results)] == [r.id for r in whole.results]
    assert [r.number for r in whole.results] == list(range(1, 51))
    assert whole.total == first.total == last.total == 50


def test_an_unknown_set_is_told_with_status_2(knowledge_base: Path) -> None:
    done = rag_app("search", QUESTION, "--set", "nowhere", data_dir=knowledge_base)

    assert (done.returncode, done.stdout) == (2, "")
    assert "'nowhere'" in done.stderr


def test_piped_output_is_plain_and_progress_stays_on_stderr(tmp_path: Path) -> None:
    first, second = (
        rag_app("ingest", EXAMPLES / "knowledge_base" / "people", data_dir=tmp_path) for _ in range(2)
    )

    assert "\x1b" not in first.stdout + first.stderr + second.stdout
    assert re.fullmatch(r"\d+ added, 0 changed.*\nSet 'people' is at generation 1 .*\n", first.stdout)
    assert re.match(r"(\d+)/\1 documents, \d+ chunks ", first.stderr)
    assert second.stdout.startswith("Nothing has changed: 0 added")
    assert second.stderr == ""


def test_a_reader_who_leaves_early_is_no_error(knowledge_base: Path) -> None:
    piped = f"{RAG_APP} search '{QUESTION}' --limit 50 | head -1"

    done = subprocess.run(
        ["sh", "-c", piped], capture_output=True, text=True, env=environment(knowledge_base), check=True
    )

    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def test_an_explained_search_reads_well_at_80_columns(knowledge_base: Path) -> None:
    lines = on_a_terminal("search", QUESTION, "--explain", "--limit", "3", data_dir=knowledge_base)
    whole = rag_app("search", QUESTION, "--explain", "--limit", "3", data_dir=knowledge_base).stdout

    assert max(len(line) for line in lines) <= WIDTH
    wrapped, piped = (re.sub(TIME_AND_ID, "", " ".join(text.split())) for text in (" ".join(lines), whole))
    assert wrapped == piped  # the same words, none broken
    assert any(
        re.match(r"\[1\] Embedding 0\.\d\d \| Re-ranker 0\.\d\d .*\| Final rank 1 *$", line) for line in lines
    )
    assert any(
        re.match(r" +freshness +[\d.]+ +-?[\d.]+ +[+-][\d.]+   rank \d+ without *$", line) for line in lines
    )
    assert any(re.match(r" +score +[+-]\d+\.\d\d   \d+% relevant *$", line) for line in lines)
