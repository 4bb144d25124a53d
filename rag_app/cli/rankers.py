"""`rag-app rankers`: what was learned, which version is in use, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from rag_app.cli.options import Json

if TYPE_CHECKING:
    from rag_app.application import Rankers
    from rag_app.application.rankers import RankerList, RankerStatus

cli = typer.Typer(help="List the learned rankers, put one into use, take it back.", no_args_is_help=True)
Version = Annotated[int, typer.Argument(min=0, help="As listed; 0 is the shipped one.")]


@cli.command("list")
def list_rankers(as_json: Json = False) -> None:
    """Show every ranker that was learned here, and which one is in use.

    Example: rag-app rankers list --json
    """
    from rag_app.cli.output import print_json

    with _rankers() as rankers:
        found = rankers.list()
    if as_json:
        print_json(found)
    else:
        _print(found)


@cli.command()
def activate(version: Version, as_json: Json = False) -> None:
    """Put a version into use, from the next question on, in every running server too.

    Example: rag-app rankers activate 2
    """
    with _rankers() as rankers:
        status = rankers.activate(version)
    _tell(status, as_json)


@cli.command()
def rollback(as_json: Json = False) -> None:
    """Go back to the ranker that was in use before.

    Example: rag-app rankers rollback
    """
    with _rankers() as rankers:
        status = rankers.roll_back()
    _tell(status, as_json)


@contextmanager
def _rankers() -> Iterator[Rankers]:
    from rag_app.bootstrap import open_application

    with open_application() as application:
        yield application.rankers


def _tell(status: RankerStatus, as_json: bool) -> None:
    from rag_app.cli.output import console, print_json

    if as_json:
        print_json(status)
    else:
        text = f"Ranker {status.version} is in use: {status.measured}, trust {status.trust:g}."
        console.print(text, markup=False)


def _print(found: RankerList) -> None:
    from rag_app.cli.output import console, table

    rows = [
        [
            str(ranker.version),
            "in use" if ranker.active and ranker.usable else "" if ranker.usable else "other cross-encoder",
            f"{ranker.created:%Y-%m-%d %H:%M}" if ranker.created else "shipped",
            str(ranker.questions or ""),
            f"{ranker.trust:.2f}",
            ", ".join(f"{name} {weight:.2f}" for name, weight in ranker.boosts.items()),
        ]
        for ranker in found.rankers
    ]
    columns = ["version", "state", "learned", "questions", "trust", "boosts"]
    console.print(table(columns, rows, right=["version", "questions", "trust"]))
