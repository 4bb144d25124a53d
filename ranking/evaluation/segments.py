"""Quality by kind of question: a mean that rises may hide a kind of question that it is worse for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ranking.evaluation.metrics import mean
from ranking.evaluation.significance import Interval, paired_bootstrap

HEADLINE = "NDCG@5"
UNNAMED = "(none)"
ENOUGH = 10  # questions: an interval resampled from fewer is too narrow to be believed

Values = Mapping[str, Mapping[str, Mapping[str, float]]]  # stage -> metric -> question id -> value


@dataclass(frozen=True, slots=True)
class Segment:
    """`means`: stage -> NDCG@5; `against`: the ensemble's difference from the baseline."""

    questions: int
    means: Mapping[str, float]
    against: Interval | None

    def worse_than(self, baseline: str) -> bool:
        return self.means["ensemble"] < self.means[baseline]


def by_segment(
    values: Values, segment_of: Mapping[str, str], baseline: str, random: np.random.Generator
) -> Mapping[str, Segment]:
    """Segment -> quality, the largest first; nothing where the questions name no segment."""
    members: defaultdict[str, list[str]] = defaultdict(list)
    for question in values[baseline][HEADLINE]:
        members[segment_of.get(question, "") or UNNAMED].append(question)
    if set(members) <= {UNNAMED} or "ensemble" not in values:
        return {}
    ordered = sorted(members.items(), key=lambda item: (-len(item[1]), item[0]))
    return {name: _segment(values, questions, baseline, random) for name, questions in ordered}


def _segment(values: Values, questions: list[str], baseline: str, random: np.random.Generator) -> Segment:
    of = {stage: [found[HEADLINE][question] for question in questions] for stage, found in values.items()}
    differences = np.array(of["ensemble"]) - np.array(of[baseline])
    against = paired_bootstrap(differences[:, None], random)[0] if len(questions) >= ENOUGH else None
    return Segment(len(questions), {stage: mean(found) for stage, found in of.items()}, against)
