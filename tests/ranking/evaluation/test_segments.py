from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from ranking.evaluation.segments import ENOUGH, Segment, by_segment


def _segments(fused: Mapping[str, float], ensemble: Mapping[str, float]) -> Mapping[str, Segment]:
    values = {"fused": {"NDCG@5": fused}, "ensemble": {"NDCG@5": ensemble}}
    segment_of = {question: question[0].replace("-", "") for question in fused}
    return by_segment(values, segment_of, "fused", np.random.default_rng(1))


def test_means_and_the_difference_of_each_segment_the_largest_first() -> None:
    fused = {"b1": 1.0, "a1": 0.5, "a2": 0.0, "-": 0.25}
    found = _segments(fused, {"b1": 0.5, "a1": 1.0, "a2": 0.5, "-": 0.25})

    assert {name: (s.questions, s.means["fused"], s.means["ensemble"]) for name, s in found.items()} == {
        "a": (2, 0.25, 0.75),
        "(none)": (1, 0.25, 0.25),
        "b": (1, 1.0, 0.5),
    }
    assert next(iter(found)) == "a"
    assert [name for name, segment in found.items() if segment.worse_than("fused")] == ["b"]


def test_an_interval_needs_enough_questions() -> None:
    few = {f"a{n}": 0.5 for n in range(ENOUGH - 1)}
    enough = {**few, "a-last": 0.5}

    assert _segments(few, dict.fromkeys(few, 0.75))["a"].against is None
    against = _segments(enough, dict.fromkeys(enough, 0.75))["a"].against
    assert against is not None
    assert (against.difference, against.low, against.high) == pytest.approx((0.25, 0.25, 0.25))


def test_questions_without_segments_have_none() -> None:
    assert _segments({"-": 1.0}, {"-": 1.0}) == {}
