"""Is re-ranking worth it here? Go where it brings enough over embeddings alone, soon enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ranking.evaluation.report import Level
from ranking.evaluation.segments import HEADLINE
from ranking.evaluation.significance import RelativeGain, relative_gain

WORTH = 0.15  # relative gain in NDCG@5 over embeddings alone
SOON_MS = 500.0  # of the whole search, for 95 of 100 questions
HELPABLE = 0.40  # recall among the candidates, below which ranking cannot help
ENOUGH = 20  # questions, below which no interval is to be trusted

Decision = Literal["go", "marginal", "no"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision, and a sentence for each criterion."""

    decision: Decision
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gains:
    """Of the whole ranking at one level: over embeddings alone, and over the same without re-ranking."""

    over_embeddings: RelativeGain
    over_no_reranking: RelativeGain | None


def gains(level: Level, random: np.random.Generator) -> Gains:
    after = _values(level.stages["ensemble"].values)
    without = level.ablations.get("cross_encoder")
    return Gains(
        relative_gain(_values(level.stages["dense"].values), after, random),
        None if without is None else relative_gain(_values(without.values), after, random),
    )


def verdict(gain: RelativeGain, p95_ms: float, recall: float) -> Verdict:
    """`recall`: at 50, of the candidates that are ranked."""
    if recall < HELPABLE:
        missed = f"only {recall:.0%} of what is relevant is among the candidates"
        remedy = f"below {HELPABLE:.0%}, chunking or retrieval has to be mended first"
        return Verdict("no", (f"Ranking cannot help: {missed}; {remedy}.",))
    reasons = (_of_gain(gain), _of_time(p95_ms), *_of_number(gain))
    return Verdict(_decision(gain, p95_ms), reasons)


def _decision(gain: RelativeGain, p95_ms: float) -> Decision:
    enough = gain.relative is not None and gain.relative >= WORTH
    proven = gain.low is not None and gain.low > 0
    if not enough and not proven:
        return "no"
    return "go" if enough and proven and p95_ms <= SOON_MS and gain.questions >= ENOUGH else "marginal"


def _of_gain(gain: RelativeGain) -> str:
    if gain.relative is None or gain.low is None or gain.high is None:
        return "Embeddings alone find nothing relevant among the first five, so no relative gain can be told."
    against = "at least" if gain.relative >= WORTH else "less than"
    sure = (
        "more than luck" if gain.low > 0 else "a loss beyond luck" if gain.high < 0 else "perhaps luck alone"
    )
    return (
        f"NDCG@5 goes from {gain.before:.3f} with embeddings alone to {gain.after:.3f}: {gain.relative:+.1%} "
        f"[{gain.low:+.1%}, {gain.high:+.1%}], {against} the {WORTH:+.0%} that is worth it, and {sure}."
    )


def _of_time(p95_ms: float) -> str:
    within = "within" if p95_ms <= SOON_MS else "above"
    return f"95 of 100 searches take up to {p95_ms:.0f} ms, {within} the {SOON_MS:.0f} ms allowed."


def _of_number(gain: RelativeGain) -> tuple[str, ...]:
    if gain.questions >= ENOUGH:
        return ()
    few = "1 question proves" if gain.questions == 1 else f"{gain.questions} questions prove"
    return (f"{few} nothing; label {ENOUGH} at the least, better 100 to 200.",)


def _values(values: Mapping[str, Mapping[str, float]]) -> list[float]:
    return list(values[HEADLINE].values())
