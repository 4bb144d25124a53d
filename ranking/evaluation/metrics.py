"""Retrieval metrics, by the library that TREC's own definitions come from (ir_measures, pytrec_eval).

NDCG has linear gains and a log2 discount; P, Recall and RR take every grade of 1 and above as relevant.
Recall is against everything relevant, found or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

METRICS = ("NDCG@5", "NDCG@10", "P@5", "Recall@20", "Recall@50", "RR@10")

Relevance = Mapping[str, Mapping[str, int]]  # question id -> item id -> grade
Ranking = Mapping[str, Sequence[str]]  # question id -> item ids, best first


def measure(ranking: Ranking, relevance: Relevance) -> Mapping[str, Mapping[str, float]]:
    """Metric -> question id -> value, for every question of `relevance`, in its order.

    A question without a ranking, or without anything relevant, counts as zero.
    """
    import ir_measures  # late: its providers cost time, and only evaluation needs them

    measures = {name: ir_measures.parse_measure(name.replace("Recall", "R")) for name in METRICS}
    names = {measure: name for name, measure in measures.items()}
    values = {name: dict.fromkeys(relevance, 0.0) for name in METRICS}
    judgements = [
        ir_measures.Qrel(question, item, grade)
        for question, grades in relevance.items()
        for item, grade in grades.items()
    ]
    if not judgements:
        return values
    run = [
        ir_measures.ScoredDoc(question, item, -float(place))  # places never tie, scores may
        for question in relevance
        for place, item in enumerate(ranking.get(question, ()))
    ]
    for metric in ir_measures.iter_calc(list(measures.values()), judgements, run):
        values[names[metric.measure]][metric.query_id] = float(metric.value)
    return values


def mean(values: Iterable[float]) -> float:
    """Arithmetic mean, 0 of nothing."""
    items = list(values)
    return sum(items) / len(items) if items else 0.0


def by_document(ranking: Ranking, document_of: Mapping[str, str]) -> Ranking:
    """Chunks -> documents: each document at the place of its first chunk."""
    return {
        question: list(dict.fromkeys(document_of[chunk] for chunk in chunks))
        for question, chunks in ranking.items()
    }


def oracle(ranking: Ranking, relevance: Relevance) -> Ranking:
    """The best order of the same items: what no re-ranking of them can beat."""
    return {
        question: sorted(items, key=lambda item: -relevance.get(question, {}).get(item, 0))
        for question, items in ranking.items()
    }
