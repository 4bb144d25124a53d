"""A ranker: all that decides an order and can be learned, replaced and rolled back without a new index."""

from __future__ import annotations

from dataclasses import dataclass

from ranking.ensemble import EnsembleWeights
from ranking.relevance import RelevanceModel


@dataclass(frozen=True, slots=True)
class Ranker:
    """Calibration and trust of the relevance stage, and the weights of the boosts."""

    relevance: RelevanceModel
    weights: EnsembleWeights
