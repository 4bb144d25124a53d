"""Fits the shipped relevance model and refusal threshold on judged sets, and shows how they hold elsewhere.

    rag-app ingest examples/knowledge_base --set examples
    python -m benchmarks.fit_defaults --data DATA/companies --data DATA/handbook_qa --measure DATA/scifact

Prints the tables of `docs/measurements.md` (each set held out in turn: which calibration holds, what the
trust fitted on the others does) and then what stands in `ranking/defaults.py`. Sets given with `--measure`
have no part in any fit, and 300 of their questions are asked. `--diagrams DIR` draws reliability diagrams
there. Scores of pairs are kept in the data folder, so that a second run takes a minute.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.calibration_study import before_and_after, compare
from benchmarks.judged_sets import SAMPLE, judged_sets
from benchmarks.refusal_study import shipped_threshold, thresholds
from benchmarks.trust_study import by_trust, fit_shipped, held_out
from ranking.learning.judged import Judged
from ranking.relevance import RelevanceModel


def main() -> None:
    given = arguments(__doc__)
    fitted, only_measured = judged_sets(given.gold, given.data), judged_sets(None, given.measure, SAMPLE)
    model = fit_shipped(fitted)
    for heading, text in _tables(fitted, only_measured, model, given.diagrams):
        print(f"### {heading}\n\n{text}\n")
    print("### For ranking/defaults.py\n")
    print(f"slope={model.slope:.3f}, upper_slope={model.upper:.3f}, intercept={model.intercept:.3f},")
    print(
        f"rank_intercept={model.rank_intercept:.3f}, rank_slope={model.rank_slope:.3f}, trust={model.trust:g}"
    )
    print(f"REFUSAL_THRESHOLD = {shipped_threshold(fitted, model) or 0:.3f}")


def _tables(
    fitted: Mapping[str, Judged],
    only_measured: Mapping[str, Judged],
    model: RelevanceModel,
    diagrams: Path | None,
) -> Iterator[tuple[str, str]]:
    everything = {**fitted, **only_measured}
    if len(fitted) > 1:
        yield "Calibrations on a set held out, log loss / ECE", compare(fitted)
        yield "Trust on a set held out", held_out(fitted, only_measured)
    yield "Calibration error", before_and_after(everything, model, diagrams)
    yield "The ensemble less the best stage, by trust", by_trust(everything, model)
    yield "Refusal", thresholds(fitted, model)


def arguments(description: str | None) -> argparse.Namespace:
    """What sets to fit on and what only to measure; shared by the studies of trust."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--gold", type=Path, default=Path("examples/gold.jsonl"))
    parser.add_argument("--data", type=Path, action="append", default=[], help="fitted and measured")
    parser.add_argument(
        "--measure", type=Path, action="append", default=[], help="measured only, on a sample"
    )
    parser.add_argument("--diagrams", type=Path, help="an existing folder")
    return parser.parse_args()


if __name__ == "__main__":
    main()
