"""What goes for good is asked for first, and a no changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag_app.cli.commands import cli


@pytest.mark.parametrize("command", [["delete", "handbook"], ["purge", "handbook", "a.md"]])
@pytest.mark.parametrize("answer", ["n\n", ""])
def test_without_a_yes_nothing_is_even_opened(
    command: list[str], answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_APP_DATA_DIR", str(tmp_path / "data"))
    done = CliRunner().invoke(cli, ["sets", *command], input=answer)
    assert (done.exit_code, done.stdout.strip()) == (1, answer.strip())  # the runner echoes what is typed
    assert "'handbook'" in done.stderr
    assert not (tmp_path / "data").exists()
