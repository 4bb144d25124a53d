"""What ranks on day one, before a knowledge base has labels or votes of its own."""

from __future__ import annotations

from ranking.ensemble import EnsembleWeights
from ranking.relevance import RelevanceModel

# Fitted by `python -m benchmarks.fit_defaults` on the example gold set.
RELEVANCE = RelevanceModel(
    slope=0.6, intercept=0.0, rank_intercept=1.0, rank_slope=1.0, trust=0.7, version="relevance-0"
)
ENSEMBLE = EnsembleWeights(bound=1.0, boosts={"freshness": 0.5}, version="ensemble-0")
REFUSAL_THRESHOLD = 0.5
