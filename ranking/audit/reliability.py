"""Are probabilities of relevance as good as their word? Reliability and expected calibration error.

Naeini, Cooper, Hauskrecht: Obtaining well calibrated probabilities using Bayesian binning, AAAI 2015.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Candidates of one tenth of the probabilities: the mean told, and the share that was relevant."""

    told: float
    observed: float
    candidates: int


def reliability(
    ranking: Mapping[str, Sequence[str]],
    probabilities: Mapping[str, Sequence[float]],
    relevant: Mapping[str, Collection[str]],
) -> tuple[Bin, ...]:
    """Of every candidate of the questions in `relevant`; bins without a candidate are left out."""
    pairs: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for question, wanted in relevant.items():
        for item, told in zip(ranking.get(question, ()), probabilities.get(question, ()), strict=True):
            pairs[min(int(told * BINS), BINS - 1)].append((told, item in wanted))
    return tuple(_bin(found) for found in pairs if found)


def calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance between told and observed, weighted by candidates; 0 of nothing."""
    total = sum(found.candidates for found in bins)
    return sum(b.candidates * abs(b.told - b.observed) for b in bins) / total if total else 0.0


def _bin(found: Sequence[tuple[float, bool]]) -> Bin:
    told = sum(probability for probability, _ in found) / len(found)
    return Bin(told, sum(relevant for _, relevant in found) / len(found), len(found))
