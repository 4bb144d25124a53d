from pathlib import Path

import pytest

from rag_app.settings import load_settings, setting_names, setting_values
from storage.errors import Permanent


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in setting_names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RAG_APP_RANKING__DEPTH=30\nRAG_APP_THREADS=3\n")
    monkeypatch.setenv("RAG_APP_RANKING__DEPTH", "40")

    settings = load_settings()

    assert (settings.ranking.depth, settings.threads) == (40, 3)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("RAG_APP_RANKING__DEPTH", "400", "RAG_APP_RANKING__DEPTH.*100.*'400'"),
        ("RAG_APP_RANKING__DEEP", "40", "Unknown setting RAG_APP_RANKING__DEEP"),
        ("RAG_APP_SERVER__PORT", "http", "RAG_APP_SERVER__PORT.*'http'"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, complaint: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(Permanent, match=complaint):
        load_settings()


def test_an_unknown_key_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RAG_APP_RANKING__DEEP=40\n")

    with pytest.raises(Permanent, match="RANKING__DEEP"):
        load_settings()


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_APP_QDRANT__URL", "")

    assert load_settings().qdrant.url is None


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_APP_GENERATION__API_KEY", "sk-very-secret")
    monkeypatch.setenv("RAG_APP_DATABASE__URL", "postgresql://user:hidden@host/db")
    settings = load_settings()

    shown = f"{settings!r} {settings.model_dump_json()} {setting_values(settings)}"

    assert "very-secret" not in shown
    assert "hidden" not in shown


def test_a_wrong_secret_is_not_shown_either(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RAG_APP_GENERATION__API_KEY__X=sk-very-secret\n")

    with pytest.raises(Permanent) as raised:
        load_settings()

    assert "very-secret" not in str(raised.value)
