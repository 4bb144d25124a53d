from ranking.candidate import Signal
from ranking.ensemble import EnsembleWeights, combine
from ranking.explanation import explain
from tests.ranking.candidates import a_candidate

WEIGHTS = EnsembleWeights(bound=2.0, boosts={"freshness": 1.0}, version="test")


def test_tells_what_each_boost_moved() -> None:
    relevant = a_candidate("relevant", 1).with_signal("cross_encoder", Signal(1.5, 0.8, 1.5))
    fresh = a_candidate("fresh", 2).with_signal("cross_encoder", Signal(1.0, 0.7, 1.0))
    ranked = combine(
        [relevant, fresh], [{"freshness": Signal(700, -0.5)}, {"freshness": Signal(3, 0.9)}], WEIGHTS
    )

    first, second = explain(ranked)

    assert first.ranks == {"fused": 2, "cross_encoder": 2, "ensemble": 1}
    assert first.rank_without == {"freshness": 2}
    assert second.rank_without == {"freshness": 1}
    assert (first.score, first.relevance) == (1.9, 1.0)
    assert sum(signal.contribution for signal in second.signals.values()) == second.score == 1.0
