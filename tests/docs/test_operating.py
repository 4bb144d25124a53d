"""The operator's page against the code: every setting with its default, every status of an error."""

from __future__ import annotations

import os
from http import HTTPStatus

import pytest

from api.errors import STATUSES
from rag_app.settings import load_settings, setting_names, setting_values
from tests.docs.pages import ROOT, names_under, table_under

PAGE = ROOT / "docs" / "operating.md"
# Defaults that differ from machine to machine, as the page words them.
WORDED = {
    "RAG_APP_DATA_DIR": "`~/.local/share/rag-app`",
    "RAG_APP_THREADS": "the cores it may use",
    "RAG_APP_MODELS__CACHE": "`~/.cache/rag-app/models`",
}
# Of Starlette and of the limit on bodies, which know no Problem.
OF_HTTP = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}


def test_every_setting_is_listed_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("RAG_APP_")]:
        monkeypatch.delenv(name)
    values = dict(setting_values(load_settings(_env_file=None)))
    written = {name: f"`{value}`" if value else "" for name, value in values.items()}

    rows = table_under(PAGE, "Settings")

    assert [row[0] for row in rows] == [f"`{name}`" for name in setting_names()]
    assert {row[0].strip("`"): row[1] for row in rows} == {**written, **WORDED}
    assert all(row[2] for row in rows)


def test_every_status_of_an_error_is_listed() -> None:
    listed = {int(row[0]) for row in table_under(PAGE, "Errors and statuses") if row[0].isdecimal()}
    assert listed == {status for status, _ in STATUSES.values()} | OF_HTTP


def test_the_settings_that_quality_speaks_of_exist() -> None:
    named = names_under(ROOT / "docs" / "quality.md", "Settings that change the order")
    assert named
    assert set(named) <= set(setting_names())
