"""`rag-app learn`: trust, calibration and boost weights from judged questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag_app.cli.options import Json, Sets

if TYPE_CHECKING:
    from rag_app.application.learning import LearnReport


def learn(
    gold: Annotated[
        Path | None, typer.Option(help="Gold set (JSON lines) about the documents that are ingested.")
    ] = None,
    sets: Sets = None,
    votes: Annotated[
        bool, typer.Option("--votes/--no-votes", help="Learn from what people voted on, too, or not.")
    ] = True,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be learned, and keep nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Learn how far to trust the cross-encoder, its calibration, and the weights of the boosts.

    From judged questions, and from the votes on questions that nobody judged.

    Kept only if questions that it was not learned from show no fall; `rag-app rankers rollback` is the way
    back.

    Example: rag-app learn --gold examples/gold.jsonl --dry-run
    """
    from rag_app.cli.evaluation_bars import evaluation_bars
    from rag_app.cli.output import errors, print_json
    from rag_app.evaluation import learn as learned
    from storage.errors import InvalidInput

    if gold is None and not votes:
        raise InvalidInput("Learn from what?", "Give --gold FILE, or leave out --no-votes.")
    with evaluation_bars(hidden=as_json) as (_, asked):
        report = learned(gold, sets, votes, dry_run, asked)
    errors.print()
    if as_json:
        print_json(report)
    else:
        _print(report, dry_run)


def _print(report: LearnReport, dry_run: bool) -> None:
    from rag_app.cli.output import console, table

    rows = [[name, f"{value:.3f}", f"{report.after[name]:.3f}"] for name, value in report.before.items()]
    console.print(table(["parameter", "before", "after"], rows, right=["before", "after"]))
    console.print()
    rows = [
        [
            level,
            str(found.questions),
            f"{found.before:.3f}",
            f"{found.after:.3f}",
            f"{found.difference:+.3f} [{found.low:+.3f}, {found.high:+.3f}]",
        ]
        for level, found in report.levels.items()
    ]
    columns = ["NDCG@5 held out", "questions", "before", "after", "difference [95 %]"]
    console.print(table(columns, rows, right=columns[1:]))
    console.print(f"\nLearned from {report.questions} questions, {report.voted} of them by votes.")
    console.print(f"{'Accepted' if report.accepted else 'Refused'}: {report.reason}", markup=False)
    if report.version is not None:
        console.print(f"Ranker {report.version} is in use. Back with: rag-app rankers rollback")
    elif dry_run:
        console.print("Nothing was kept: this was a dry run.")
