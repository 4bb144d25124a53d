"""`rag-app sets generations|rollback|clean-up`: what was live, what is, and what may go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag_app.cli.options import Json
from rag_app.cli.sets.arguments import Name

if TYPE_CHECKING:
    from datetime import datetime

    from rag_app.application.set_shapes import GenerationEntry

COLUMNS = ["generation", "state", "begun", "published", "documents", "chunks"]


def generations(name: Name, as_json: Json = False) -> None:
    """Show the generations of a document set, the newest first.

    Example: rag-app sets generations handbook
    """
    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console, print_json, table

    with open_application() as application:
        found = application.sets.generations(name)
    if as_json:
        print_json(found)
    elif found.generations:
        rows = [_row(entry) for entry in found.generations]
        console.print(table(COLUMNS, rows, right=["generation", "documents", "chunks"]))
    else:
        console.print("No generation yet: nothing was ingested.")


def rollback(name: Name, as_json: Json = False) -> None:
    """Make the generation before the live one live again, at once.

    Questions that have begun keep to what they began with. The next ingestion goes on from there.

    Example: rag-app sets rollback handbook
    """
    from rag_app.application import ANONYMOUS
    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console, print_json

    with open_application() as application:
        done = application.sets.roll_back(name, ANONYMOUS)
    if as_json:
        print_json(done)
    else:
        console.print(f"Set {done.set!r} is back at generation {done.generation} (it was at {done.former}).")


def clean_up(name: Name, as_json: Json = False) -> None:
    """Delete for good what no generation shows that is kept; it is done after each ingestion, too.

    What was live within the last 10 minutes stays, for questions that still read it.

    Example: rag-app sets clean-up handbook
    """
    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console, print_json

    with open_application() as application:
        done = application.sets.clean_up(name)
    if as_json:
        print_json(done)
    else:
        numbers = ", ".join(map(str, done.generations)) or "none"
        console.print(
            f"Generations given up: {numbers}. Deleted: {done.revisions:,} revisions of documents, "
            f"{done.chunks:,} chunks."
        )


def _row(entry: GenerationEntry) -> list[str]:
    return [
        str(entry.number),
        entry.state,
        _moment(entry.begun),
        _moment(entry.published),
        _number(entry.documents),
        _number(entry.chunks),
    ]


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}" if moment else ""


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
