from __future__ import annotations

from pathlib import Path

import pytest
import typer

from rag_app.cli.sets.arguments import changes_of
from storage.errors import InvalidInput


def test_what_is_not_given_changes_nothing() -> None:
    assert changes_of({"name": "a", "half_life": None, "as_json": False}) == {}


def test_words_for_nothing_are_no_values() -> None:
    given = {"half_life": "none", "schedule": "None", "gold": "none", "rerank": "default"}
    sizes = {"chunk_tokens": "default", "min_chunk_tokens": "0", "overlap_sentences": "2"}
    assert changes_of({**given, **sizes}) == {
        "half_life_days": None,
        "schedule": None,
        "gate_gold": None,
        "rerank": None,
        "chunk_tokens": None,
        "min_chunk_tokens": 0,
        "overlap_sentences": 2,
    }


def test_files_are_read_and_the_rest_is_passed_on(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("\ufeffPTO = paid time off")
    (tmp_path / "gold.jsonl").write_text("{}")
    given = {"glossary": tmp_path / "words.txt", "gold": str(tmp_path / "gold.jsonl"), "keep": 0}
    assert changes_of({**given, "groups": "a, b", "description": "", "score_cache": False}) == {
        "glossary": "PTO = paid time off",
        "gate_gold": "{}",
        "kept_generations": 0,
        "groups": ["a", "b"],
        "description": "",
        "score_cache": False,
    }
    assert changes_of({"groups": " "}) == {"groups": []}


@pytest.mark.parametrize("given", [{"half_life": "long"}, {"chunk_tokens": "1.5"}, {"overlap_sentences": ""}])
def test_what_is_no_number_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(typer.BadParameter, match="neither"):
        changes_of(given)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gold questions .*missing\.jsonl cannot be read"):
        changes_of({"gold": str(tmp_path / "missing.jsonl")})
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9 = coffee")
    with pytest.raises(InvalidInput, match=r"latin\.txt is not text in UTF-8 \(byte 3\)"):
        changes_of({"glossary": tmp_path / "latin.txt"})
