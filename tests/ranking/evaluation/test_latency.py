from __future__ import annotations

import pytest

from ranking.evaluation.latency import Latency, latency


def test_percentiles_between_samples() -> None:
    assert latency([float(sample) for sample in range(101)]) == Latency(50.0, 95.0, 101)
    assert latency([1.0, 3.0]).p95 == pytest.approx(2.9)


def test_without_samples() -> None:
    with pytest.raises(ValueError, match="no latency samples"):
        latency([])
