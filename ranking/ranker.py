"""A ranker: all that decides an order and can be learned, replaced and rolled back without a new index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ranking.ensemble import EnsembleWeights
from ranking.relevance import RelevanceModel


@dataclass(frozen=True, slots=True)
class Ranker:
    """Calibration and trust of the relevance stage, and the weights of the boosts.

    `refusal_threshold` is the probability below which it refuses; None: that of the installation.
    """

    relevance: RelevanceModel
    weights: EnsembleWeights
    refusal_threshold: float | None = None


def to_parameters(ranker: Ranker) -> dict[str, Any]:
    """Plain values, for JSON."""
    weights = ranker.weights
    return {
        "relevance": asdict(ranker.relevance),
        "ensemble": {"bound": weights.bound, "boosts": dict(weights.boosts), "version": weights.version},
        "refusal_threshold": ranker.refusal_threshold,
    }


def from_parameters(parameters: Mapping[str, Any]) -> Ranker:
    """The ranker that `to_parameters` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    return Ranker(
        RelevanceModel(**parameters["relevance"]),
        EnsembleWeights(**parameters["ensemble"]),
        parameters["refusal_threshold"],
    )
