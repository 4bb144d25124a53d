"""What ranks on day one, before a knowledge base has labels or votes of its own."""

from __future__ import annotations

from dataclasses import replace

from ranking.ensemble import EnsembleWeights
from ranking.ranker import Ranker
from ranking.relevance import RelevanceModel

# Printed by `python -m benchmarks.fit_defaults`; docs/measurements.md says on what and how it does elsewhere.
RELEVANCE = RelevanceModel(
    slope=0.107,
    upper_slope=0.486,
    intercept=-4.058,
    rank_intercept=0.470,
    rank_slope=2.072,
    trust=0.7,
    version="relevance-3",
)
# In sum C/2: what any of them can do alone is little, and no one can do more than all of them.
ENSEMBLE = EnsembleWeights(
    bound=1.3,
    boosts={"freshness": 0.15, "feedback": 0.25, "authority": 0.05, "superseded": 0.2},
    version="ensemble-3",
)
REFUSAL_THRESHOLD = 0.047

# Cross-encoders whose calibration is that of RELEVANCE: by version, or by the name before its "@".
CALIBRATED = (
    "ms-marco-MiniLM-L-12-v2-int8@1225ccd6afd0",
    "cross-encoder/ms-marco-MiniLM-L-12-v2",  # what the first was made from
)
# Of a model that nobody measured. Cross-encoders trained on yes and no give log-odds as raw output, over a
# balanced mixture and too sure of themselves; candidates of a search are mostly irrelevant.
NEUTRAL = {"slope": 0.5, "upper_slope": 0.5, "intercept": -2.0}


def calibrated(cross_encoder: str) -> bool:
    """Whether the calibration of this version was measured."""
    model = cross_encoder.partition(" at ")[0]  # a remote service's version names its host, too
    return model in CALIBRATED or model.rpartition("@")[0] in CALIBRATED


def ranker_for(cross_encoder: str) -> Ranker:
    """The shipped ranker, with the calibration of this cross-encoder version or the neutral one."""
    if calibrated(cross_encoder):
        return Ranker(RELEVANCE, ENSEMBLE)
    version = f"{RELEVANCE.version}, neutral calibration"
    return Ranker(replace(RELEVANCE, **NEUTRAL, version=version), ENSEMBLE)
