from __future__ import annotations

from math import log2

import pytest

from ranking.evaluation.metrics import METRICS, by_document, mean, measure, oracle

RELEVANCE = {"graded": {"a": 2, "b": 1, "c": 1}, "partly": {"a": 1, "far": 1}, "missed": {"a": 1}}
RANKING = {
    "graded": ["x", "a", "b", "y", "z", "c"],
    "partly": [*(f"n{place}" for place in range(1, 21)), "a"],
    "unasked": ["a"],
}


def test_values_worked_out_by_hand() -> None:
    values = measure(RANKING, RELEVANCE)
    graded = {metric: values[metric]["graded"] for metric in METRICS}
    ideal = 2 + 1 / log2(3) + 1 / log2(4)
    found = 2 / log2(3) + 1 / log2(4)
    assert graded == pytest.approx(
        {
            "NDCG@5": found / ideal,
            "NDCG@10": (found + 1 / log2(7)) / ideal,
            "P@5": 2 / 5,
            "Recall@20": 1.0,
            "Recall@50": 1.0,
            "RR@10": 1 / 2,
        }
    )


def test_recall_is_against_all_that_is_relevant_and_cut_at_its_depth() -> None:
    values = measure(RANKING, RELEVANCE)
    assert values["Recall@20"]["partly"] == 0.0
    assert values["Recall@50"]["partly"] == 0.5
    assert values["RR@10"]["partly"] == 0.0


def test_every_question_counts_and_only_they() -> None:
    for of_metric in measure(RANKING, RELEVANCE).values():
        assert list(of_metric) == ["graded", "partly", "missed"]
        assert of_metric["missed"] == 0.0


def test_a_question_with_nothing_relevant_is_zero() -> None:
    relevance = {"held": {"a": 1}, "unheld": {}}
    values = measure({"held": ["a"], "unheld": ["a"]}, relevance)["NDCG@5"]
    assert values == {"held": 1.0, "unheld": 0.0}
    assert measure({"unheld": ["a"]}, {"unheld": {}})["NDCG@5"] == {"unheld": 0.0}


def test_the_order_given_is_kept_whatever_the_names() -> None:
    for first, second in (("a", "z"), ("z", "a")):
        assert measure({"q": [first, second]}, {"q": {first: 1}})["RR@10"]["q"] == 1.0
        assert measure({"q": [first, second]}, {"q": {second: 1}})["RR@10"]["q"] == 0.5


def test_names_with_spaces_are_whole() -> None:
    assert measure(
        {"a question": ["ZX Bank/Awards & more.md"]}, {"a question": {"ZX Bank/Awards & more.md": 1}}
    )["P@5"] == {"a question": 0.2}


def test_documents_stand_where_their_first_chunk_stood() -> None:
    document_of = {"a0": "a", "a1": "a", "b0": "b", "c0": "c"}
    assert by_document({"q": ["b0", "a1", "b0", "a0", "c0"]}, document_of) == {"q": ["b", "a", "c"]}


def test_the_oracle_orders_the_same_items_by_grade() -> None:
    assert oracle({"q": ["x", "b", "y", "a"], "other": ["x"]}, {"q": {"a": 2, "b": 1, "elsewhere": 3}}) == {
        "q": ["a", "b", "x", "y"],
        "other": ["x"],
    }


def test_the_mean_of_nothing_is_zero() -> None:
    assert mean([]) == 0.0
    assert mean([1.0, 0.0, 0.5]) == 0.5
