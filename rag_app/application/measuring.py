"""What an evaluation keeps of each question's ranking: order by stage, order without each signal, times."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from rag_app.application.search import Ranking
from ranking.counterfactual import ranked_without, removable
from ranking.relevance import probability


@dataclass
class Measured:
    """`stages`: question id -> chunk ids, best first; `milliseconds` by stage.

    `reordered`: signal -> the same without it, of the questions whose candidates have the signal.
    `probabilities`: question id -> of relevance, of each chunk of the ensemble's order.
    """

    stages: defaultdict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    reordered: defaultdict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    probabilities: dict[str, list[float]] = field(default_factory=dict)
    milliseconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, question: str, ranking: Ranking, *, afresh: bool) -> None:
        """`afresh`: no pair's score was looked up, so that re-ranking took its real time."""
        for stage, ids in by_stage(ranking).items():
            self.stages[stage][question] = ids
        for signal in removable(ranking.candidates):
            without = ranked_without(ranking.candidates, signal, ranking.ranker, ranking.options.order)
            self.reordered[signal][question] = [candidate.id for candidate in without]
        for stage, seconds in ranking.seconds.items():
            if afresh or stage not in ("reranking", "total"):  # looking a score up is not re-ranking
                self.milliseconds[stage].append(seconds * 1000)
        self.probabilities[question] = [probability(c.relevance) for c in ranking.candidates]

    @property
    def ablations(self) -> dict[str, dict[str, list[str]]]:
        """Signal -> the final order without it; a question that lacks the signal keeps its order."""
        return {signal: {**self.stages["ensemble"], **orders} for signal, orders in self.reordered.items()}

    @property
    def best(self) -> dict[str, float]:
        """Question id -> probability of its best candidate."""
        return {question: max(found, default=0.0) for question, found in self.probabilities.items()}


def by_stage(ranking: Ranking) -> dict[str, list[str]]:
    """Chunk ids by stage, best first; without re-ranking that stage is left out."""
    candidates = ranking.candidates
    stages = {
        "bm25": list(ranking.rankings["bm25"]),
        "dense": list(ranking.rankings["dense"]),
        "fused": [item.id for item in ranking.fused],
    }
    if all("cross_encoder" in candidate.ranks for candidate in candidates):
        ordered = sorted(candidates, key=lambda candidate: candidate.ranks["cross_encoder"])
        stages["cross_encoder"] = [candidate.id for candidate in ordered]
    return {**stages, "ensemble": [candidate.id for candidate in candidates]}
