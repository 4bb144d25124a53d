"""`rag-app feedback`: thumbs on answers and sources, and what people said."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from rag_app.cli.options import Json

cli = typer.Typer(help="Say what you think of an answer, and read what was said.", no_args_is_help=True)


@cli.command("give")
def give(
    shown_id: Annotated[
        str, typer.Argument(metavar="ID", help="As the answer or the search printed it.", show_default=False)
    ],
    kind: Annotated[
        Literal["up", "down", "withdraw", "click", "copy"],
        typer.Argument(help="A later vote replaces the one before; withdraw takes it back."),
    ],
    source: Annotated[
        int | None,
        typer.Option(help="Number of the source; default: the answer as a whole.", show_default=False),
    ] = None,
    comment: Annotated[str, typer.Option(help="Why.", show_default=False)] = "",
    as_json: Json = False,
) -> None:
    """Give a thumb up or down to an answer, or to one of its sources.

    Example: rag-app feedback give 1f0e... down --source 2 --comment "of last year"
    """
    from rag_app.application import ANONYMOUS
    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console, print_json

    with open_application() as application:
        receipt = application.feedback.give_feedback(
            shown_id, kind, ANONYMOUS, source=source, comment=comment
        )
    if as_json:
        print_json(receipt)
        return
    what = "the answer" if source is None else f"source {source}"
    replaced = ", in place of what you said before" if receipt.replaced else ""
    console.print(f"Noted: {kind} on {what}{replaced}.", markup=False)


@cli.command("export")
def export(
    days: Annotated[
        int | None,
        typer.Option(min=1, help="Of the last days only; default: all.", show_default=False),
    ] = None,
) -> None:
    """Print everything that people said, oldest first, a line of JSON each.

    Example: rag-app feedback export --days 30 > feedback.jsonl
    """
    from datetime import UTC, datetime, timedelta

    from rag_app.bootstrap import open_application

    since = None if days is None else datetime.now(UTC) - timedelta(days=days)
    with open_application() as application:
        for line in application.feedback.export(since):
            typer.echo(line.model_dump_json())
