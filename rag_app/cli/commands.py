"""All commands in one place; each lives in a file named after it."""

from __future__ import annotations

from typing import Annotated

import typer

from rag_app import __version__
from rag_app.cli import (
    ask,
    audit,
    config,
    evaluate,
    feedback,
    ingest,
    jobs,
    learn,
    models,
    rank,
    rankers,
    rerank_server,
    search,
    serve,
    sets,
    sources,
    status,
    worker,
)

cli = typer.Typer(
    name="rag-app",
    help="Answers from your documents, with sources and the reason for every rank.\n\n"
    "Begin with: rag-app ingest FOLDER, then rag-app ask 'QUESTION'.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rag-app {__version__}")
        raise typer.Exit


@cli.callback()
def rag_app(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


cli.command()(ingest.ingest)
cli.command()(ask.ask)
cli.command()(search.search)
cli.command()(rank.rank)
cli.command()(serve.serve)
cli.command()(rerank_server.rerank_server)
cli.command()(worker.worker)
cli.command()(status.status)
cli.command()(evaluate.evaluate)
cli.command()(audit.audit)
cli.command()(learn.learn)
cli.add_typer(rankers.cli, name="rankers")
cli.command()(config.config)
cli.add_typer(jobs.cli, name="jobs")
cli.add_typer(feedback.cli, name="feedback")
cli.add_typer(models.cli, name="models")
cli.add_typer(sets.cli, name="sets")
cli.add_typer(sources.cli, name="sources")
