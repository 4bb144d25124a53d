"""`rag-app sets purge|delete|compact`: what goes for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rag_app.cli.options import Json
from rag_app.cli.sets.arguments import Name, Yes

if TYPE_CHECKING:
    from rag_app.application.set_shapes import Erased

Document = Annotated[str, typer.Argument(help="The document, as results name it.", show_default=False)]


def purge(name: Name, document: Document, yes: Yes = False, as_json: Json = False) -> None:
    """Erase a document from everything: all generations, answers that showed it, votes on it, caches.

    Example: rag-app sets purge handbook people/salaries.xlsx
    """
    from rag_app.application import ANONYMOUS
    from rag_app.bootstrap import open_application

    _confirm(f"Erase {document!r} from all generations of {name!r}, with the votes on it?", yes)
    with open_application() as application:
        _print(application.sets.purge(name, document, ANONYMOUS), as_json)


def delete(name: Name, yes: Yes = False, as_json: Json = False) -> None:
    """Delete a document set with everything that rests on it.

    Example: rag-app sets delete handbook
    """
    from rag_app.application import ANONYMOUS
    from rag_app.bootstrap import open_application

    _confirm(f"Delete the document set {name!r}, with all its generations and the votes on it?", yes)
    with open_application() as application:
        _print(application.sets.delete(name, ANONYMOUS), as_json)


def compact() -> None:
    """Write the stores anew, so that no file holds what was deleted; purge and delete do it themselves.

    Example: rag-app sets compact
    """
    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console

    with open_application() as application:
        application.sets.compact()
    console.print("No file holds what was deleted.")


def _confirm(question: str, yes: bool) -> None:
    """On standard error, so that standard output is the result alone."""
    if not yes:
        typer.confirm(question, abort=True, err=True)


def _print(erased: Erased, as_json: bool) -> None:
    from rag_app.cli.output import console, print_json, seen

    if as_json:
        print_json(erased)
        return
    console.print(
        f"Erased: {erased.revisions:,} revisions of documents, {erased.chunks:,} chunks, "
        f"{erased.passages:,} passages that were shown, {erased.votes:,} votes, "
        f"the text of {erased.answers:,} answers."
    )
    if erased.still_at:
        console.print(
            seen(f"It is still at {erased.still_at}: delete it there, or the next ingestion takes it again."),
            markup=False,
        )
