from __future__ import annotations

import pytest

from ranking import defaults


def test_the_default_models_calibration_was_measured() -> None:
    version = "ms-marco-MiniLM-L-12-v2-int8@1225ccd6afd0"
    assert defaults.calibrated(version)
    assert defaults.ranker_for(version).relevance == defaults.RELEVANCE


@pytest.mark.parametrize("version", ["bge-reranker-base@0123", "", "ms-marco-MiniLM-L-12-v2-int8@beef"])
def test_a_model_that_nobody_measured_is_neutral_and_says_so(version: str) -> None:
    """Other weights under a known name are unknown too."""
    relevance = defaults.ranker_for(version).relevance
    assert not defaults.calibrated(version)
    # Half the raw output less 2, above 0 and below.
    assert [relevance.cross_encoder_log_odds(raw) for raw in (-4.0, 4.0)] == pytest.approx([-4.0, 0.0])
    assert "neutral calibration" in relevance.version
    assert relevance.trust == defaults.RELEVANCE.trust


def test_the_model_the_default_was_made_from_shares_its_calibration() -> None:
    assert defaults.calibrated("cross-encoder/ms-marco-MiniLM-L-12-v2@0123")


def test_where_a_model_is_served_does_not_matter() -> None:
    assert defaults.calibrated("ms-marco-MiniLM-L-12-v2-int8@1225ccd6afd0 at reranker:8001")
