from __future__ import annotations

import numpy as np
import pytest

from ranking.audit.verdict import Decision, gains, verdict
from ranking.evaluation.metrics import METRICS
from ranking.evaluation.report import level_of
from ranking.evaluation.significance import RelativeGain


def _gain(relative: float, low: float, high: float, questions: int = 100) -> RelativeGain:
    return RelativeGain(questions, 0.5, 0.5 * (1 + relative), relative, low, high)


@pytest.mark.parametrize(
    ("gain", "p95", "recall", "decision"),
    [
        (_gain(0.15, 0.01, 0.3), 500, 0.4, "go"),
        (_gain(0.149, 0.01, 0.3), 500, 0.4, "marginal"),
        (_gain(0.15, 0.01, 0.3), 501, 0.4, "marginal"),
        (_gain(0.15, 0.0, 0.3), 500, 0.4, "marginal"),
        (_gain(0.15, 0.01, 0.3, questions=19), 500, 0.4, "marginal"),
        (_gain(0.10, -0.01, 0.2), 100, 0.9, "no"),
        (_gain(-0.10, -0.2, -0.01), 100, 0.9, "no"),
        (_gain(0.50, 0.4, 0.6), 100, 0.399, "no"),
        (RelativeGain(50, 0.0, 0.5, None, None, None), 100, 0.9, "no"),
    ],
)
def test_every_criterion_counts(gain: RelativeGain, p95: float, recall: float, decision: Decision) -> None:
    assert verdict(gain, p95, recall).decision == decision


def test_reasons_name_the_figures() -> None:
    gain, time, number = verdict(_gain(0.2, 0.1, 0.3, questions=1), 612.4, 0.9).reasons

    assert "from 0.500 with embeddings alone to 0.600: +20.0% [+10.0%, +30.0%], at least the +15%" in gain
    assert "more than luck" in gain
    assert "612 ms, above the 500 ms" in time
    assert number.startswith("1 question proves nothing")


def test_below_the_least_recall_nothing_else_is_said() -> None:
    [reason] = verdict(_gain(0.5, 0.4, 0.6), 100, 0.25).reasons

    assert "Ranking cannot help: only 25% of what is relevant" in reason
    assert "chunking or retrieval" in reason


def test_gains_are_against_embeddings_and_against_no_re_ranking() -> None:
    def values(*numbers: float) -> dict[str, dict[str, float]]:
        return {metric: {f"q{n}": number for n, number in enumerate(numbers)} for metric in METRICS}

    stages = {"dense": values(0.5, 0.0), "fused": values(0.5, 0.5), "ensemble": values(1.0, 0.5)}
    without = {"cross_encoder": values(0.5, 0.5)}
    found = gains(
        level_of("document", stages, without, {}, np.random.default_rng(1)), np.random.default_rng(1)
    )

    assert (found.over_embeddings.before, found.over_embeddings.after) == (0.25, 0.75)
    assert found.over_embeddings.relative == pytest.approx(2.0)
    assert found.over_no_reranking is not None
    assert found.over_no_reranking.relative == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.01, 0.3, "more than luck"), (-0.2, -0.01, "a loss beyond luck"), (0.0, 0.0, "perhaps luck alone")],
)
def test_luck_is_told_from_the_interval(low: float, high: float, words: str) -> None:
    assert words in verdict(_gain((low + high) / 2, low, high), 100, 0.9).reasons[0]
