"""`rag-app sets`: document sets, their options, their generations, and what goes for good."""

from __future__ import annotations

import typer

from rag_app.cli.sets import checks, duplicates, erasing, generations, options

cli = typer.Typer(
    help="Make document sets, change their options, roll them back, and erase what must go.",
    no_args_is_help=True,
)
cli.command("list")(options.list_sets)
cli.command()(options.show)
cli.command()(options.create)
cli.command()(options.change)
cli.command()(generations.generations)
cli.command()(generations.rollback)
cli.command("clean-up")(generations.clean_up)
cli.command()(checks.gate)
cli.command()(checks.anchors)
cli.command()(duplicates.duplicates)
cli.command()(erasing.purge)
cli.command()(erasing.delete)
cli.command()(erasing.compact)
