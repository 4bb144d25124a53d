"""`rag-app sets duplicates`: which documents of a set say nearly the same."""

from __future__ import annotations

import typer

from rag_app.cli.options import Json
from rag_app.cli.sets.arguments import Name


def duplicates(name: Name, as_json: Json = False) -> None:
    """Show which documents of a set are copies or versions of each other, and which is the newer.

    Example: rag-app sets duplicates handbook
    """
    import json

    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console, table

    with open_application() as application:
        found = application.duplicates.of(name)
    if as_json:
        typer.echo(json.dumps({"duplicates": [one.model_dump(mode="json") for one in found]}, indent=2))
    elif found:
        rows = [(one.document, one.other, f"{one.likeness:.0%}", one.newer or "") for one in found]
        console.print(table(["document", "other", "alike", "newer"], rows, right=("alike",)))
    else:
        console.print(f"No two documents of {name!r} say nearly the same.", markup=False)
