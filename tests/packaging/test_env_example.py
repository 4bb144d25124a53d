from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from rag_app.settings import load_settings, setting_names

EXAMPLE = (Path(__file__).parents[2] / ".env.example").read_text()


@pytest.fixture(autouse=True)
def _bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("RAG_APP_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_it_names_every_setting_once_in_the_order_of_declaration() -> None:
    assert re.findall(r"^# (RAG_APP_\w+)=", EXAMPLE, re.MULTILINE) == setting_names()


def test_its_values_are_the_defaults(tmp_path: Path) -> None:
    defaults = load_settings()
    (tmp_path / ".env").write_text(EXAMPLE)
    assert load_settings() == defaults
    (tmp_path / ".env").write_text(re.sub(r"^# (RAG_APP_)", r"\1", EXAMPLE, flags=re.MULTILINE))
    assert load_settings() == defaults


def test_an_uncommented_line_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        EXAMPLE.replace("# RAG_APP_RANKING__DEPTH=50", "RAG_APP_RANKING__DEPTH=80")
    )
    assert load_settings().ranking.depth == 80
