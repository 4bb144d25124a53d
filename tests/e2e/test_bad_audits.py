"""What cannot be evaluated or audited is told with the remedy, before minutes are spent on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.e2e.processes import rag_app
from tests.e2e.test_bad_input import assert_told

LEAVE: dict[str, Any] = {
    "id": "q1",
    "question": "How many days of annual leave are there?",
    "labels": [{"document": "people/annual-leave-and-sickness-uk.docx", "grade": 2}],
}


def _gold(folder: Path, *lines: dict[str, Any]) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def test_an_id_used_twice_is_named_with_its_line(tmp_path: Path) -> None:
    done = rag_app("audit", "--gold", _gold(tmp_path, LEAVE, LEAVE), data_dir=tmp_path)

    assert_told(done, 2, "gold.jsonl:2", "'q1' was used before")


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    gold, out = _gold(tmp_path, LEAVE), tmp_path / "a file"
    out.touch()

    assert_told(rag_app("audit", "--gold", gold, "--out", out, data_dir=tmp_path), 1, str(out), "--out")


def test_either_a_gold_set_or_a_data_set(tmp_path: Path) -> None:
    assert_told(rag_app("audit", data_dir=tmp_path), 2, "Audit what?", "--gold FILE or --data DIR")


def test_several_data_sets_are_pooled(tmp_path: Path) -> None:
    for name in ("lunch", "dinner"):
        place = tmp_path / name
        place.mkdir()
        (place / "corpus.jsonl").write_text('{"_id": "d1", "text": "The canteen opens at noon."}\n')
        (place / "queries.jsonl").write_text('{"_id": "q1", "text": "When can I eat?"}\n')
        (place / "qrels.tsv").write_text("q1\td1\t1\n")

    done = rag_app("evaluate", "--data", "lunch", "--data", "dinner", "--json", data_dir=tmp_path)

    assert done.returncode == 0, done.stderr
    pooled = json.loads(done.stdout)
    assert (pooled["name"], pooled["questions"]["answerable"]) == ("pooled", 2)
    assert [part["name"] for part in pooled["data_sets"]] == ["lunch", "dinner"]
    assert set(pooled["levels"]["document"]["segments"]) == {"lunch", "dinner"}
