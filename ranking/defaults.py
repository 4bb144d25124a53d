"""What ranks on day one, before a knowledge base has labels or votes of its own."""

from __future__ import annotations

from ranking.ensemble import EnsembleWeights
from ranking.relevance import RelevanceModel

# Fitted by `python -m benchmarks.fit_defaults` on the example gold set; the trust is that of
# docs/measurements.md.
RELEVANCE = RelevanceModel(
    slope=0.403, intercept=-2.119, rank_intercept=0.250, rank_slope=2.346, trust=0.8, version="relevance-1"
)
# In sum C/2: what any of them can do alone is little, and no one can do more than all of them.
ENSEMBLE = EnsembleWeights(
    bound=1.0,
    boosts={"freshness": 0.15, "feedback": 0.15, "authority": 0.05, "superseded": 0.15},
    version="ensemble-2",
)
REFUSAL_THRESHOLD = 0.097
