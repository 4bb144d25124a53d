"""Fits the shipped relevance model and refusal threshold on a gold set that is ingested.

    rag-app ingest examples/knowledge_base --set examples
    python -m benchmarks.fit_defaults --gold examples/gold.jsonl

Prints what stands in `ranking/defaults.py`: Platt scaling of the cross-encoder's logit and of the
logarithm of the fused rank against passage relevance, and refusal thresholds; shipped is the one at which
refusing an answerable question costs twice as much as answering one that the documents do not answer.
The trust is not fitted here: `docs/measurements.md` shows how it was chosen.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from rag_app.application import ANONYMOUS, Application
from rag_app.bootstrap import open_application
from rag_app.generation.refusal import ThresholdFit, fit_threshold
from rag_app.settings import load_settings
from ranking import defaults
from ranking.candidate import Candidate
from ranking.evaluation.evaluation_set import EvaluationSet
from ranking.evaluation.gold import read_gold
from ranking.evaluation.passages import passage_relevance
from ranking.relevance import RelevanceModel, probability, relevant

FALSE_REFUSAL_COSTS = (1.0, 2.0, 3.0)  # an answerable question refused, against an unanswerable one answered


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--gold", type=Path, default=Path("examples/gold.jsonl"))
    gold = read_gold(parser.parse_args().gold)
    settings = load_settings()
    with open_application(settings, pair_scores=settings.data_dir / "pair-scores.db") as application:
        candidates = _candidates(application, gold)
        labels = _labels(application, gold, candidates)
    logits = np.array([c.signals["cross_encoder"].raw for found in candidates.values() for c in found])
    log_ranks = np.array([math.log(c.ranks["fused"]) for found in candidates.values() for c in found])
    slope, intercept = platt(logits, labels)
    rank_slope, rank_intercept = platt(log_ranks, labels)
    model = replace(
        defaults.RELEVANCE,
        slope=slope,
        intercept=intercept,
        rank_slope=-rank_slope,
        rank_intercept=rank_intercept,
    )
    print(f"{len(labels)} pairs of {len(candidates)} questions, {int(labels.sum())} relevant")
    print(f"slope={slope:.3f} intercept={intercept:.3f}")
    print(f"rank_intercept={rank_intercept:.3f} rank_slope={-rank_slope:.3f}")
    for cost in FALSE_REFUSAL_COSTS:
        fit = _threshold(gold, candidates, model, cost)
        print(
            f"trust {model.trust}, a false refusal costing {cost:g}: refusal threshold={fit.threshold:.3f}"
            f" precision={fit.precision or 0:.2f} recall={fit.recall:.2f}"
        )


def platt(values: NDArray[np.float64], labels: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and intercept of maximum likelihood (Platt 1999)."""

    def loss(parameters: NDArray[np.float64]) -> float:
        log_odds = parameters[0] * values + parameters[1]
        return float(np.logaddexp(0.0, np.where(labels > 0, -log_odds, log_odds)).mean())

    fitted = minimize(loss, np.zeros(2)).x
    return float(fitted[0]), float(fitted[1])


def _candidates(application: Application, gold: EvaluationSet) -> dict[str, Sequence[Candidate]]:
    answers = application.answers
    return {
        question.id: answers.rank(question.text, ANONYMOUS, None, answers.defaults).candidates
        for question in gold.questions
    }


def _labels(
    application: Application, gold: EvaluationSet, candidates: dict[str, Sequence[Candidate]]
) -> NDArray[np.float64]:
    index = application.documents.index
    generations = application.answers.sets.pin(ANONYMOUS)
    chunks = {key: chunk for name, live in generations.items() for key, chunk in index.scan(name, live)}
    grades = passage_relevance(gold.answerable, chunks).grades
    return np.array(
        [float(c.id in grades.get(question, {})) for question, found in candidates.items() for c in found]
    )


def _threshold(
    gold: EvaluationSet, candidates: dict[str, Sequence[Candidate]], model: RelevanceModel, cost: float
) -> ThresholdFit:
    def best(question: str) -> float:
        found = candidates[question]
        raw = [candidate.signals["cross_encoder"].raw or 0.0 for candidate in found]
        return max((probability(c.relevance) for c in relevant(found, raw, model)), default=0.0)

    return fit_threshold(
        [best(question.id) for question in gold.answerable],
        [best(question.id) for question in gold.unanswerable],
        false_refusal_cost=cost,
    )


if __name__ == "__main__":
    main()
