"""`rag-app rank`: many questions in one go, in the background."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from rag_app.cli.options import Sets

NICE = 10


def rank(
    questions: Annotated[Path, typer.Argument(help="JSON lines with id and question.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", "-o", help="File that gets a line for each question.")],
    sets: Sets = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Passages a question.")] = 10,
    rerank: Annotated[
        Literal["full", "none"] | None,
        typer.Option(help="Re-rank, or keep the fused order; default: the setting.", show_default=False),
    ] = None,
) -> None:
    """Rank many questions in one go, giving way to whatever else runs on the machine.

    Each ranking is on disk when the next begins: what is stopped or killed goes on where it was when it is
    started again. Nothing is recorded as shown to anybody. Ends with status 1 where a question could not be
    ranked; its line tells why.

    Example: rag-app rank questions.jsonl --out rankings.jsonl &
    """
    import os

    from rag_app.application import ANONYMOUS
    from rag_app.application.batch_ranking import rank_all
    from rag_app.bootstrap import open_application
    from rag_app.cli.evaluation_bars import evaluation_bars
    from rag_app.cli.output import errors

    os.nice(NICE)
    with open_application() as application, evaluation_bars(hidden=False) as (_, asked):
        problems = rank_all(
            application.answers,
            questions,
            out,
            ANONYMOUS,
            sets=sets,
            limit=limit,
            rerank=rerank,
            progress=asked,
        )
    errors.print()
    if problems:
        errors.print(
            f"{problems} questions could not be ranked; `problem` in their lines of {out} tells why."
        )
        raise typer.Exit(1)
