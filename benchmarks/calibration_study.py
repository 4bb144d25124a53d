"""Which calibration of the cross-encoder holds on a set it was not fitted on: log loss and ECE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from scipy.optimize import isotonic_regression

from benchmarks.clock import table
from ranking.evaluation.reliability import calibration_error, diagram, log_loss, reliability
from ranking.learning.calibration import Floats, bent, likeliest, straight
from ranking.learning.judged import Judged
from ranking.learning.scoring import calibrated
from ranking.relevance import RelevanceModel

LogOdds = Callable[[Floats], Floats]
FLOOR = 1e-4  # isotonic regression says 0 and 1, of which the log loss would be infinite


def labelled_pairs(judged: Judged) -> tuple[Floats, Floats]:
    """Logits and relevance (pairs,) of the questions whose passages are judged."""
    rows = (judged.levels["passage"].ideal > 0) | ~judged.answerable
    where = judged.real & rows[:, None]
    return judged.logits[where], (judged.levels["passage"].gains[where] > 0).astype(float)


def together(sets: Mapping[str, Judged]) -> tuple[Floats, Floats, Floats]:
    """Logits, relevance and weights of all sets: each set counts the same, however large."""
    pairs = [labelled_pairs(judged) for judged in sets.values()]
    weights = [np.full(len(logits), 1.0 / len(logits)) for logits, _ in pairs if len(logits)]
    return (
        np.concatenate([p[0] for p in pairs]),
        np.concatenate([p[1] for p in pairs]),
        np.concatenate(weights),
    )


def compare(sets: Mapping[str, Judged]) -> str:
    """Each set held out in turn: log loss / ECE by method."""
    rows = []
    for name, judged in sets.items():
        logits, relevant = labelled_pairs(judged)
        if not relevant.any():
            continue
        others = {other: found for other, found in sets.items() if other != name}
        fitted = {method: fit(*together(others)) for method, fit in METHODS.items()}
        rows.append((name, *(_figures(log_odds(logits), relevant) for log_odds in fitted.values())))
    return table(("held out", *METHODS), rows)


def before_and_after(sets: Mapping[str, Judged], model: RelevanceModel, diagrams: Path | None) -> str:
    """ECE of the raw logit's sigmoid and of the calibrated one: of all pairs, and of each question's best."""
    rows = []
    for name, judged in sets.items():
        logits, relevant = labelled_pairs(judged)
        if not relevant.any():
            continue
        best = _best_pairs(judged)
        said = {"before": logits, "after": calibrated(logits, model)}
        bins = {stage: reliability(_probability(odds), relevant) for stage, odds in said.items()}
        first = [reliability(_probability(odds), best[1]) for odds in (best[0], calibrated(best[0], model))]
        errors = [calibration_error(found) for found in (*bins.values(), *first)]
        rows.append((name, str(len(logits)), *(f"{error:.3f}" for error in errors)))
        if diagrams:
            file = diagrams / f"reliability-{name.replace('/', '-').replace(' ', '-').lower()}.svg"
            file.write_text(diagram(bins, name))
    heads = ("set", "pairs", "ECE before", "after", "of the best passage before", "after")
    return table(heads, rows)


def _best_pairs(judged: Judged) -> tuple[Floats, Floats]:
    rows = (judged.levels["passage"].ideal > 0) | ~judged.answerable
    logits = np.where(judged.real, judged.logits, -np.inf)[rows]
    first = logits.argmax(axis=1)
    gains = judged.levels["passage"].gains[rows]
    places = np.arange(len(first))
    return logits[places, first], (gains[places, first] > 0).astype(float)


def _figures(log_odds: Floats, relevant: Floats) -> str:
    error = calibration_error(reliability(_probability(log_odds), relevant))
    return f"{log_loss(log_odds, relevant):.4f} / {error:.3f}"


def _probability(log_odds: Floats) -> Floats:
    made: Floats = np.exp(-np.logaddexp(0.0, -log_odds))
    return made


def _none(_logits: Floats, _relevant: Floats, _weights: Floats) -> LogOdds:
    return lambda logits: logits


def _temperature(logits: Floats, relevant: Floats, weights: Floats) -> LogOdds:
    found = likeliest(logits[:, None], relevant, weights=weights)
    return lambda other: other[:, None] @ found


def _platt(logits: Floats, relevant: Floats, weights: Floats) -> LogOdds:
    found = likeliest(straight(logits), relevant, weights=weights)
    return lambda other: straight(other) @ found


def _beta(logits: Floats, relevant: Floats, weights: Floats) -> LogOdds:
    found = likeliest(bent(logits), relevant, weights=weights)
    return lambda other: bent(other) @ found


def _isotonic(logits: Floats, relevant: Floats, weights: Floats) -> LogOdds:
    order = np.argsort(logits)
    steps = isotonic_regression(relevant[order], weights=weights[order]).x

    def log_odds(other: Floats) -> Floats:
        said = np.clip(np.interp(other, logits[order], steps), FLOOR, 1.0 - FLOOR)
        made: Floats = np.log(said / (1.0 - said))
        return made

    return log_odds


METHODS: Mapping[str, Callable[[Floats, Floats, Floats], LogOdds]] = {
    "none": _none,
    "temperature": _temperature,
    "Platt": _platt,
    "beta": _beta,
    "isotonic": _isotonic,
}
