from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ranking.candidate import Candidate
from ranking.cross_encoder.guarded import GuardedCrossEncoder
from ranking.relevance import RelevanceModel, by_rank_alone
from ranking.reranking import Reranking, score_apart
from storage.errors import InvalidInput, Permanent, Transient
from tests.ranking.candidates import a_candidate

MODEL = RelevanceModel(1.0, 0.0, 0.0, 1.0, trust=0.8, version="test")
CANDIDATES = [a_candidate("a", 1), a_candidate("b", 2), a_candidate("c", 3)]


class Scorer:
    """The text's length, or what it is told to raise; keeps what it was asked."""

    version = "length@1"

    def __init__(self, failure: Exception | None = None, sign: int = 1) -> None:
        self.asked: list[tuple[str, list[str]]] = []
        self._failure = failure
        self._sign = sign

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append((question, list(texts)))
        if self._failure:
            raise self._failure
        return np.array([self._sign * len(text) for text in texts], dtype=np.float32)


class NotFinite(Scorer):
    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return super().score(question, texts) * np.float32(np.inf)


def _run(scorer: Scorer | GuardedCrossEncoder, **inputs: Any) -> dict[str, Any]:
    return Reranking(scorer).run(question="q", candidates=list(CANDIDATES), model=MODEL, **inputs)


def _raw(candidate: Candidate) -> float | None:
    return candidate.signals["cross_encoder"].raw


def test_every_candidate_is_scored_by_its_contextual_text() -> None:
    scorer = Scorer()
    found = _run(scorer)
    assert found["degraded"] is None
    assert scorer.asked == [("q", [c.chunk.contextual_text for c in CANDIDATES])]
    assert [_raw(c) for c in found["candidates"]] == [len("Title a\ntext of a")] * 3


@pytest.mark.parametrize(
    ("scorer", "words"),
    [
        (Scorer(Transient("It is slow.", "Wait.")), "were not re-ranked: It is slow."),
        (Scorer(Permanent("The key is wrong.", "Mend it.")), "were not re-ranked: The key is wrong."),
        (GuardedCrossEncoder(NotFinite()), "score inf"),
        (GuardedCrossEncoder(Scorer(RuntimeError("CUDA"))), "RuntimeError: CUDA"),
    ],
)
def test_a_scorer_that_fails_leaves_the_fused_order_and_it_is_said(
    scorer: Scorer | GuardedCrossEncoder, words: str
) -> None:
    found = _run(scorer)
    assert words in found["degraded"]
    assert found["candidates"] == by_rank_alone(CANDIDATES, MODEL)
    assert all("cross_encoder" not in c.signals for c in found["candidates"])


def test_bad_input_is_no_degradation() -> None:
    with pytest.raises(InvalidInput):
        _run(Scorer(InvalidInput("Too long.")))


def test_who_asks_for_no_re_ranking_gets_no_excuse() -> None:
    scorer = Scorer(Transient("It is slow."))
    found = _run(scorer, rerank="none")
    assert (found["degraded"], scorer.asked) == (None, [])


def test_candidates_of_uncached_sets_go_to_the_scorer_that_keeps_nothing() -> None:
    cached, uncached = Scorer(), Scorer(sign=-1)
    stage = Reranking(cached, uncached)
    inputs: dict[str, Any] = {"question": " q ", "candidates": list(CANDIDATES), "model": MODEL}

    kept = stage.run(**inputs, uncached_sets=frozenset({"other"}))
    assert (len(cached.asked), uncached.asked) == (1, [])
    secret = stage.run(**inputs, uncached_sets=frozenset({"handbook"}))
    assert (len(cached.asked), [question for question, _ in uncached.asked]) == (1, ["q"])
    assert [_raw(c) for c in kept["candidates"]] == [17, 17, 17]
    assert [_raw(c) for c in secret["candidates"]] == [-17, -17, -17]


def test_scores_of_two_scorers_come_in_the_order_of_the_texts() -> None:
    scores = score_apart("q", ["a", "bb", "ccc"], [False, True, False], Scorer(), Scorer(sign=-1))
    assert scores == [1, -2, 3]


def test_no_candidates_no_failure() -> None:
    scorer = Scorer()
    found = Reranking(scorer).run(question="q", candidates=[], model=MODEL)
    assert (found["candidates"], found["degraded"], scorer.asked) == ([], None, [])
