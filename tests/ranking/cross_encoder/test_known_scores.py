"""What every store of pair scores must do, and a cache over each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ranking.cross_encoder.cached import CachedCrossEncoder, KnownScores
from ranking.cross_encoder.layered_scores import LayeredScores
from ranking.cross_encoder.memory_scores import MemoryScores
from ranking.cross_encoder.redis_scores import RedisScores
from ranking.cross_encoder.score_store import ScoreStore
from tests.redis_server import redis_server


def _file(folder: Path, stack: ExitStack) -> KnownScores:
    store = ScoreStore(folder / "scores.db")
    stack.callback(store.close)
    return store


def _redis(folder: Path, stack: ExitStack) -> KnownScores:
    store = RedisScores(stack.enter_context(redis_server(folder)))
    stack.callback(store.close)
    return store


STORES: dict[str, Callable[[Path, ExitStack], KnownScores]] = {
    "file": _file,
    "memory": lambda _folder, _stack: MemoryScores(1_000_000),
    "redis": _redis,
    "layers": lambda folder, stack: LayeredScores(MemoryScores(1_000_000), _redis(folder, stack)),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnownScores]:
    with ExitStack() as stack:
        yield STORES[request.param](tmp_path_factory.mktemp("s"), stack)


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


def test_scores_are_known_by_version_question_and_content(store: KnownScores) -> None:
    third = float(np.float32(1 / 3))
    store.put_many("m@1", "q", {_hash("a"): third, _hash("b"): -2.0})
    store.put_many("m@2", "q", {_hash("a"): 7.0})

    asked = [_hash("b"), _hash("c"), _hash("a")]
    assert store.get_many("m@1", "q", asked) == {_hash("b"): -2.0, _hash("a"): third}
    assert store.get_many("m@2", "q", asked) == {_hash("a"): 7.0}
    assert store.get_many("m@1", "Q", asked) == {}
    assert store.get_many("m@1", "q", []) == {}
    store.put_many("m@1", "q", {})


def test_a_score_written_again_is_replaced(store: KnownScores) -> None:
    store.put_many("m", "q", {_hash("a"): 1.0})
    store.put_many("m", "q", {_hash("a"): 2.0})
    assert store.get_many("m", "q", [_hash("a")]) == {_hash("a"): 2.0}


def test_what_is_forgotten_is_forgotten_for_every_question_and_version(store: KnownScores) -> None:
    for version, question in (("m@1", "q"), ("m@1", "another"), ("m@2", "q")):
        store.put_many(version, question, {_hash("a"): 1.0, _hash("b"): 2.0})
    store.forget([_hash("a"), _hash("never scored")])
    for version, question in (("m@1", "q"), ("m@1", "another"), ("m@2", "q")):
        assert _hash("a") not in store.get_many(version, question, [_hash("a"), _hash("b")])
    store.forget([])


def test_only_what_is_missing_is_computed_and_counted(store: KnownScores) -> None:
    scorer, plain = LengthScorer(), LengthScorer()
    cached = CachedCrossEncoder(scorer, store)
    first = cached.score("how long?", ["a", "bb", "a"])
    second = cached.score("how long?", ["ccc", "bb", "a"])
    assert scorer.computed == ["a", "bb", "ccc"]
    assert (cached.computed, cached.looked_up) == (3, 2)
    assert np.array_equal(first, plain.score("how long?", ["a", "bb", "a"]))
    assert np.array_equal(second, plain.score("how long?", ["ccc", "bb", "a"]))


def test_white_space_makes_no_other_question_but_case_does(store: KnownScores) -> None:
    scorer = LengthScorer()
    cached = CachedCrossEncoder(scorer, store)
    for question in ("US  leave\n", " US leave", "us leave"):
        cached.score(question, ["a"])
    assert scorer.computed == ["a", "a"]


def test_a_score_that_is_not_finite_is_given_but_not_kept(store: KnownScores) -> None:
    class BrokenScorer(LengthScorer):
        def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
            return super().score(question, texts) * np.float32(np.nan)

    assert np.isnan(CachedCrossEncoder(BrokenScorer(), store).score("q", ["a"])).all()
    assert store.get_many("length@1", "q", [_hash("a")]) == {}


def test_a_service_that_turns_out_to_have_another_model_mixes_no_scores(store: KnownScores) -> None:
    class ChangingScorer(LengthScorer):
        def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
            self.version = "length@2"
            return super().score(question, texts) + np.float32(100)

    CachedCrossEncoder(LengthScorer("length@1"), store).score("q", ["a", "b"])
    changing = ChangingScorer("length@1")
    scores = CachedCrossEncoder(changing, store).score("q", ["a", "ccc"])
    assert (scores > 100).all()
    assert changing.computed == ["ccc", "a", "ccc"]
    assert set(store.get_many("length@2", "q", [_hash("a"), _hash("ccc")])) == {_hash("a"), _hash("ccc")}
