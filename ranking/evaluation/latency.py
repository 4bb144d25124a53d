"""How long each stage took, as percentiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a question."""

    p50: float
    p95: float
    questions: int


def latency(milliseconds: Sequence[float]) -> Latency:
    """Percentiles by linear interpolation. Raises ValueError without a sample."""
    if not milliseconds:
        raise ValueError("there are no latency samples")
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return Latency(float(p50), float(p95), len(milliseconds))
