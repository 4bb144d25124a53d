from __future__ import annotations

import math

import numpy as np
import pytest

from ranking.candidate import Candidate, Signal
from ranking.evaluation.evaluation_set import EvaluationSet, Question, Quotation
from ranking.evaluation.metrics import by_document, measure
from ranking.evaluation.passages import passage_relevance
from ranking.learning.judged import judge
from storage.chunk import Chunk
from tests.ranking.learning.questions import generated

# Two documents: d1 in two passages, of which the second holds the quotation; d2 in one.
CHUNKS = {
    "a": Chunk("s", "d1", 0, "Opening hours and rules", "Lunch"),
    "b": Chunk("s", "d1", 1, "It opens at noon on weekdays", "Lunch"),
    "c": Chunk("s", "d2", 0, "Visitors park behind the house", "Parking"),
}
QUESTION = Question("q1", "When?", {"d1": 2}, (Quotation("d1", "opens at noon on weekdays", 2),))
UNANSWERABLE = Question("q2", "Who?")
GOLD = EvaluationSet("gold", (QUESTION, UNANSWERABLE))


def _signals_of(rank: int) -> dict[str, Signal]:
    return {"cross_encoder": Signal(-float(rank)), "fused_rank": Signal(float(rank))}


def _candidates(*ids: str) -> list[Candidate]:
    return [
        Candidate(
            key,
            CHUNKS[key],
            {"fused": rank, "bm25": rank},
            {**_signals_of(rank), "freshness": Signal(3.0, 0.5)},
        )
        for rank, key in enumerate(ids, start=1)
    ]


JUDGED = judge({"q1": _candidates("c", "a", "b"), "q2": _candidates("c", "b")}, GOLD, CHUNKS)


def test_every_signal_stands_in_its_column_and_padding_is_told() -> None:
    assert JUDGED.questions == ("q1", "q2")
    assert JUDGED.answerable.tolist() == [True, False]
    assert JUDGED.real.tolist() == [[True, True, True], [True, True, False]]
    assert JUDGED.ranks.tolist() == [[1, 2, 3], [1, 2, math.inf]]
    assert JUDGED.branches["bm25"][0].tolist() == [1, 2, 3]
    assert np.isinf(JUDGED.branches["dense"]).all()
    assert JUDGED.boosts["freshness"].tolist() == [[0.5, 0.5, 0.5], [0.5, 0.5, 0.0]]
    assert JUDGED.levels["document"].gains.tolist() == [[0, 2, 2], [0, 0, 0]]
    assert JUDGED.levels["passage"].gains.tolist() == [[0, 0, 2], [0, 0, 0]]


def test_ndcg_counts_a_document_once_and_a_passage_as_it_stands() -> None:
    fused_order = -JUDGED.ranks
    by_document_level = JUDGED.ndcg(fused_order, "document")
    # By document d2, d1: gain 2 at place 2 of an ideal 2 at place 1. By passage c, a, b: at place 3.
    assert by_document_level[0] == pytest.approx(1 / math.log2(3))
    assert JUDGED.ndcg(fused_order, "passage")[0] == pytest.approx(1 / math.log2(4))
    assert np.isnan(by_document_level[1])


def test_ties_keep_the_fused_order_and_padding_stays_behind() -> None:
    level = JUDGED.ndcg(np.zeros((2, 3)), "passage")
    assert level[0] == pytest.approx(1 / math.log2(4))


def test_questions_that_no_cross_encoder_read_are_left_out() -> None:
    fused_only = [Candidate("c", CHUNKS["c"], {"fused": 1}, {"fused_rank": Signal(1.0)})]
    assert judge({"q1": fused_only}, GOLD, CHUNKS).questions == ()


def test_the_values_are_those_of_the_reference_library() -> None:
    random = np.random.default_rng(3)
    chunks = {f"c{i}": Chunk("s", f"d{i // 3}", i, f"words of {i}", "") for i in range(30)}
    labels = {
        f"q{n}": {f"d{d}": int(g) for d, g in enumerate(random.integers(0, 4, 10)) if g} for n in range(8)
    }
    asked = tuple(
        Question(q, q, found, tuple(Quotation(d, f"words of {int(d[1:]) * 3}", g) for d, g in found.items()))
        for q, found in labels.items()
    )
    gold = EvaluationSet("random", asked)
    orders = {q: [f"c{i}" for i in random.permutation(30)[:20]] for q in labels}
    rankings = {
        q: [
            Candidate(key, chunks[key], {"fused": rank}, _signals_of(rank))
            for rank, key in enumerate(order, start=1)
        ]
        for q, order in orders.items()
    }
    judged = judge(rankings, gold, chunks)
    documents = by_document(orders, {key: chunk.document_id for key, chunk in chunks.items()})
    by_hand = {
        "document": measure(documents, labels)["NDCG@5"],
        "passage": measure(orders, passage_relevance(asked, chunks).grades)["NDCG@5"],
    }
    for level, expected in by_hand.items():
        assert judged.ndcg(-judged.ranks, level) == pytest.approx(list(expected.values()))


def test_a_boost_can_be_silenced_on_some_questions_alone() -> None:
    judged = generated(3, feedback_says=2.0)
    silenced = judged.without(["feedback", "unknown"], ["q1"])
    assert not silenced.boosts["feedback"][1].any()
    assert np.array_equal(silenced.boosts["feedback"][[0, 2]], judged.boosts["feedback"][[0, 2]])
    assert silenced.boosts.keys() == judged.boosts.keys()
