from __future__ import annotations

from pathlib import Path

from scripts.demo import commands, demo_environment

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_models_then_documents_then_three_questions() -> None:
    typed = commands(EXAMPLES)
    assert [arguments[0] for arguments in typed] == ["models", "ingest", "ask", "ask", "ask"]
    assert Path(typed[1][1]).is_dir()
    assert all(arguments[1].endswith("?") for arguments in typed[2:])


def test_comments_and_blank_lines_are_no_questions(tmp_path: Path) -> None:
    (tmp_path / "demo_questions.txt").write_text("# answered by one document\nWhere?\n\n")
    assert commands(tmp_path)[2:] == [["ask", "Where?"]]


def test_no_store_of_the_callers_own_is_touched() -> None:
    mine = {"RAG_APP_QDRANT__URL": "https://production", "RAG_APP_DATA_DIR": "/mine", "PATH": "/bin"}
    assert demo_environment(mine, Path("/demo")) == {"RAG_APP_DATA_DIR": "/demo", "PATH": "/bin"}


def test_the_language_model_and_the_model_cache_stay() -> None:
    mine = {"RAG_APP_GENERATION__MODEL": "small", "RAG_APP_MODELS__CACHE": "/models"}
    assert demo_environment(mine, Path("/demo")) == {**mine, "RAG_APP_DATA_DIR": "/demo"}
