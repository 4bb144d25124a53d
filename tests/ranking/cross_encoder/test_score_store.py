from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE

import numpy as np
import pytest
from numpy.typing import NDArray

from ranking.cross_encoder.cached import CachedCrossEncoder
from ranking.cross_encoder.score_store import ScoreStore
from storage.errors import Permanent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "scores.db"


@pytest.fixture
def store(file: Path) -> Iterator[ScoreStore]:
    opened = ScoreStore(file)
    yield opened
    opened.close()


class LengthScorer:
    """A small real scorer: the text's length over three, which no double holds exactly."""

    def __init__(self, version: str = "length@1") -> None:
        self.version = version
        self.computed: list[str] = []

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.computed += texts
        return np.array([len(question + text) / 3 for text in texts], dtype=np.float32)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_scores_are_kept_by_version_question_and_text(file: Path, store: ScoreStore) -> None:
    store.put_many("m@1", "q", {_hash("a"): 1.5, _hash("b"): -2.0})
    store.put_many("m@2", "q", {_hash("a"): 7.0})
    again = ScoreStore(file)
    assert again.get_many("m@1", "q", [_hash("b"), _hash("a"), _hash("c")]) == {
        _hash("a"): 1.5,
        _hash("b"): -2.0,
    }
    assert again.get_many("m@2", "q", [_hash("a"), _hash("b")]) == {_hash("a"): 7.0}
    assert again.get_many("m@1", "Q", [_hash("a")]) == {}
    assert again.get_many("m@1", "q", []) == {}
    again.close()


def test_a_score_written_again_is_replaced(store: ScoreStore) -> None:
    store.put_many("m", "q", {_hash("a"): 1.0})
    store.put_many("m", "q", {_hash("a"): 2.0, _hash("b"): 3.0})
    assert store.get_many("m", "q", [_hash("a"), _hash("b")]) == {_hash("a"): 2.0, _hash("b"): 3.0}


def test_past_the_limit_the_questions_asked_first_go(tmp_path: Path) -> None:
    store = ScoreStore(tmp_path / "small.db", limit=5)
    texts = [_hash(text) for text in "ab"]
    for question in ("first", "second", "third"):
        store.put_many("m", question, dict.fromkeys(texts, 1.0))
    kept = [len(store.get_many("m", question, texts)) for question in ("first", "second", "third")]
    assert kept == [0, 2, 2]
    store.put_many("m", "many", {_hash(str(number)): 1.0 for number in range(9)})
    assert len(store.get_many("m", "many", [_hash(str(number)) for number in range(9)])) == 9
    assert store.get_many("m", "third", texts) == {}
    store.close()


def test_only_what_is_missing_is_computed(store: ScoreStore) -> None:
    scorer = LengthScorer()
    cached = CachedCrossEncoder(scorer, store)
    first = cached.score("q", ["a", "bb", "a"])
    assert scorer.computed == ["a", "bb"]
    second = cached.score("q", ["ccc", "bb", "a"])
    assert scorer.computed == ["a", "bb", "ccc"]
    plain = LengthScorer()
    assert first.dtype == second.dtype == np.float32
    assert np.array_equal(first, plain.score("q", ["a", "bb", "a"]))
    assert np.array_equal(second, plain.score("q", ["ccc", "bb", "a"]))
    assert cached.version == "length@1"


def test_another_model_version_shares_nothing(store: ScoreStore) -> None:
    scorer = LengthScorer("length@2")
    CachedCrossEncoder(LengthScorer("length@1"), store).score("q", ["a"])
    CachedCrossEncoder(scorer, store).score("q", ["a"])
    assert scorer.computed == ["a"]


def test_no_texts_no_scores(store: ScoreStore) -> None:
    scores = CachedCrossEncoder(LengthScorer(), store).score("q", [])
    assert (scores.shape, scores.dtype) == ((0,), np.dtype(np.float32))


def test_a_score_that_is_not_finite_is_given_but_not_kept(store: ScoreStore) -> None:
    class BrokenScorer(LengthScorer):
        def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
            return super().score(question, texts) * np.float32(np.nan)

    assert np.isnan(CachedCrossEncoder(BrokenScorer(), store).score("q", ["a"])).all()
    assert store.get_many("length@1", "q", [_hash("a")]) == {}


def test_ten_thousand_pairs_are_computed_once(store: ScoreStore) -> None:
    scorer = LengthScorer()
    cached = CachedCrossEncoder(scorer, store)
    asked = [(f"question {n}", [f"passage {n} {m} " * 50 for m in range(50)]) for n in range(200)]
    first = [cached.score(question, texts) for question, texts in asked]
    second = [cached.score(question, texts) for question, texts in asked]
    assert len(scorer.computed) == 10_000
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


def test_threads_share_one_store(store: ScoreStore) -> None:
    def ask(number: int) -> float:
        return float(CachedCrossEncoder(LengthScorer(), store).score(f"q{number % 5}", ["text"])[0])

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(40))) == {float(np.float32(2))}


def test_processes_share_one_file(file: Path) -> None:
    program = """
import sys
from pathlib import Path
from ranking.cross_encoder.score_store import ScoreStore
store = ScoreStore(Path(sys.argv[1]))
for number in range(60):
    store.put_many("m", "q", {f"{number:064x}": float(number), f"{int(sys.argv[2]):032x}{number:032x}": 1.0})
store.close()
"""
    arguments = [sys.executable, "-W", "error", "-c", program, str(file)]
    writers = [subprocess.Popen([*arguments, name], stderr=PIPE, text=True) for name in "123"]
    assert [writer.communicate(timeout=60)[1] for writer in writers] == ["", "", ""]
    store = ScoreStore(file)
    shared = [f"{number:064x}" for number in range(60)]
    own = [f"{writer:032x}{number:032x}" for writer in (1, 2, 3) for number in range(60)]
    assert len(store.get_many("m", "q", shared + own)) == 240
    store.close()


def test_a_damaged_file_says_so(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("no database, and long enough to be read as a header " * 20)
    with pytest.raises(Permanent, match=r"scores\.db is not an SQLite database"):
        ScoreStore(file)
