from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

from tests.packaging.conftest import ROOT, Installed

PACKAGES = ("api", "ingestion", "rag_app", "ranking", "storage")


def test_the_wheel_holds_the_packages_whole_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    expected = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}
    assert names == expected
    assert {f"{package}/py.typed" for package in PACKAGES} <= names
    assert any(name.startswith("storage/migrations/versions/") for name in names)


def test_the_wheel_carries_its_licence_and_its_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name.partition(".dist-info/")[2]: name for name in archive.namelist()}
        assert b"rag-app = rag_app.cli:main" in archive.read(held["entry_points.txt"])
        assert archive.read(held["licenses/LICENSE"]) == (ROOT / "LICENSE").read_bytes()


def test_the_packages_come_from_the_wheel(installed: Installed) -> None:
    ask = f"import {', '.join(PACKAGES)}; print(*[p.__file__ for p in ({', '.join(PACKAGES)})], sep='\\n')"
    command = [str(installed.python), "-P", "-c", ask]
    said = subprocess.run(command, cwd=installed.folder, capture_output=True, text=True, check=True)
    environment = str(installed.python.parents[1])
    assert all(line.startswith(environment) for line in said.stdout.splitlines())


def test_help_runs_among_namesakes(installed: Installed) -> None:
    done = installed.run("--help")
    assert done.returncode == 0, done.stderr
    assert "ingest" in done.stdout


def test_config_runs_among_namesakes(installed: Installed) -> None:
    done = installed.run("config", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["data_dir"] == str(installed.folder / "data")


def test_status_runs_among_namesakes(installed: Installed) -> None:
    done = installed.run("status", "--json")
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)


def test_a_document_goes_in_and_an_answer_comes_out_among_namesakes(installed: Installed) -> None:
    documents = installed.folder / "documents"
    documents.mkdir()
    (documents / "leave.md").write_text("# Leave\n\nEvery employee has 28 days of paid leave a year.\n")
    ingested = installed.run("ingest", str(documents))
    assert ingested.returncode == 0, ingested.stderr
    asked = installed.run("ask", "--json", "How many days of paid leave does an employee have?")
    assert asked.returncode == 0, asked.stderr
    assert "28 days" in json.loads(asked.stdout)["answer"]
