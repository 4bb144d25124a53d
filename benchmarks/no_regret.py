"""The ensemble against the best single stage of each set, by document and by passage; status 1 on regret.

    python -m benchmarks.no_regret --gold examples/gold.jsonl --data DATA/companies --data DATA/handbook_qa

The gold set is about what is ingested, and may be left out. Tolerated is a mean of 0.02 below the best stage
of a set, and pooled an interval that reaches 0.01 below zero.
"""

from __future__ import annotations

import argparse
import sys
from itertools import chain
from pathlib import Path

import numpy as np

from benchmarks.clock import table
from benchmarks.judged_sets import SAMPLE, opened_sets
from rag_app.application import ANONYMOUS
from rag_app.application.quality import SEED
from rag_app.evaluation import Opened
from ranking.evaluation.regret import Regret, regrets
from ranking.evaluation.report import EvaluationReport

HEADS = ("set", "by", "questions", "best stage", "its NDCG@5", "ensemble", "difference [95 %]", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--gold", type=Path, help="about what is ingested")
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--sample", type=Path, action="append", default=[], help="300 questions of it")
    given = parser.parse_args()
    opened = chain(opened_sets(given.gold, given.data), opened_sets(None, given.sample, SAMPLE))
    reports = [_report(one) for one in opened]
    found = regrets(reports, np.random.default_rng(SEED))
    print(table(HEADS, [_cells(row) for row in found]))
    sys.exit(0 if all(row.tolerable for row in found) else 1)


def _report(opened: Opened) -> EvaluationReport:
    return opened.application.quality.evaluate(opened.evaluation, ANONYMOUS, opened.sets)


def _cells(row: Regret) -> tuple[str, ...]:
    found = row.interval
    return (
        row.name,
        row.level,
        str(row.questions),
        row.stage,
        f"{row.best:.3f}",
        f"{row.ensemble:.3f}",
        f"{found.difference:+.3f} [{found.low:+.3f}, {found.high:+.3f}]",
        "" if row.tolerable else "regret",
    )


if __name__ == "__main__":
    main()
