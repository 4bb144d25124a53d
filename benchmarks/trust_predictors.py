"""Does anything that needs no labels tell how far to trust the cross-encoder? Each set held out in turn.

    python -m benchmarks.trust_predictors --data DATA/companies --data DATA/handbook_qa --measure DATA/scifact

For each property of a question: questions below and above its median get a trust each, fitted on the other
sets; the table shows the gain in NDCG@5 over one trust for all, on the set held out, with its 95 % interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from benchmarks.clock import table
from benchmarks.fit_defaults import arguments
from benchmarks.judged_sets import SAMPLE, judged_sets
from benchmarks.refusal_study import SEED
from benchmarks.trust_study import TRUSTS, best_place, fit_shipped
from ranking import defaults
from ranking.evaluation.significance import paired_bootstrap
from ranking.learning.calibration import Floats
from ranking.learning.judged import Judged
from ranking.learning.scoring import OVERALL, measured
from ranking.ranker import Ranker
from ranking.relevance import RelevanceModel

TOP = 5
LATER = 10


def main() -> None:
    given = arguments(__doc__)
    fitted, only_measured = judged_sets(given.gold, given.data), judged_sets(None, given.measure, SAMPLE)
    print(table(("property of a question", *fitted, *only_measured, "all"), _rows(fitted, only_measured)))


def _rows(fitted: Mapping[str, Judged], only_measured: Mapping[str, Judged]) -> list[list[str]]:
    rows = []
    for name, measure in PROPERTIES.items():
        gains = []
        for held, judged in {**fitted, **only_measured}.items():
            others = {other: found for other, found in fitted.items() if other != held}
            gains.append(_gain(measure, others, judged))
        rows.append([name, *map(_interval, gains), _interval(np.concatenate(gains))])
    return rows


def _gain(measure: Callable[[Judged], Floats], others: Mapping[str, Judged], held: Judged) -> Floats:
    """NDCG@5 by question of the set held out, two trusts less one."""
    model = fit_shipped(others)
    cut = float(np.median(np.concatenate([measure(judged) for judged in others.values()])))
    low, high = (_best_trust(others, model, measure, cut, above) for above in (False, True))
    one = _best_trust(others, model)
    chosen = np.where(measure(held) > cut, high, low)
    curves = _curves(held, model)
    at = np.arange(len(held))
    gains: Floats = curves[chosen, at] - curves[one, at]
    return gains[np.isfinite(gains)]


def _best_trust(
    sets: Mapping[str, Judged],
    model: RelevanceModel,
    measure: Callable[[Judged], Floats] | None = None,
    cut: float = 0.0,
    above: bool = False,
) -> int:
    """Place among `TRUSTS` with the best mean over the sets, of all questions or of one side of the cut."""
    means = []
    for judged in sets.values():
        chosen = np.full(len(judged), True) if measure is None else (measure(judged) > cut) == above
        if np.isfinite(_curves(judged, model)[0, chosen]).any():
            means.append(np.nanmean(_curves(judged, model)[:, chosen], axis=1))
    return best_place(np.mean(means, axis=0))


def _curves(judged: Judged, model: RelevanceModel) -> Floats:
    """NDCG@5 (trusts, questions)."""
    weights = replace(defaults.ENSEMBLE, boosts={})
    rankers = [Ranker(replace(model, trust=float(trust)), weights) for trust in TRUSTS]
    return np.stack([measured(judged, ranker)[OVERALL] for ranker in rankers])


def _interval(gains: Floats) -> str:
    [found] = paired_bootstrap(gains[:, None], np.random.default_rng(SEED))
    return f"{found.difference:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"


def _best_logit(judged: Judged) -> Floats:
    best: Floats = np.where(judged.real, judged.logits, -np.inf).max(axis=1)
    return best


def _lead(judged: Judged) -> Floats:
    """The cross-encoder's best less its second."""
    ordered = np.sort(np.where(judged.real, judged.logits, -np.inf), axis=1)
    lead: Floats = np.minimum(ordered[:, -1] - ordered[:, -2], 30.0)
    return lead


def _entropy(judged: Judged) -> Floats:
    """Of the cross-encoder's softmax over the candidates, in nats."""
    shifted = np.exp(np.where(judged.real, judged.logits - _best_logit(judged)[:, None], -np.inf))
    shares = shifted / shifted.sum(axis=1, keepdims=True)
    entropy: Floats = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1)
    return entropy


def _agreement(judged: Judged) -> Floats:
    """Candidates that both branches have among their first ten."""
    both = (judged.branches["dense"] <= LATER) & (judged.branches["bm25"] <= LATER)
    return np.asarray(both.sum(axis=1), dtype=np.float64)


def _overlap(judged: Judged) -> Floats:
    """The cross-encoder's first five that are among the fused first five."""
    logits = np.where(judged.real, judged.logits, -np.inf)
    first = np.argsort(-logits, axis=1, kind="stable")[:, :TOP]
    shared = (np.take_along_axis(judged.ranks, first, axis=1) <= TOP).sum(axis=1)
    return np.asarray(shared, dtype=np.float64)


PROPERTIES: Mapping[str, Callable[[Judged], Floats]] = {
    "the best logit": _best_logit,
    "lead of the best logit": _lead,
    "entropy of the logits": _entropy,
    "agreement of dense and BM25": _agreement,
    "overlap of cross-encoder and fused": _overlap,
}

if __name__ == "__main__":
    main()
