"""`rag-app sets`: who may read a document set, how fast it ages, and what words mean in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag_app.cli.options import Json

if TYPE_CHECKING:
    from rag_app.application import SetOptions
    from storage.document_sets import SetChange

cli = typer.Typer(
    help="List document sets, and change who may read one, how fast it ages, and its glossary.",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="The document set.", show_default=False)]
COLUMNS = ["set", "readers", "half-life", "score cache", "glossary"]


@cli.command("list")
def list_sets(as_json: Json = False) -> None:
    """Show every document set with its options.

    Example: rag-app sets list
    """
    import json

    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console, table

    with open_application() as application:
        found = application.sets.all()
    if as_json:
        typer.echo(json.dumps({"sets": [one.model_dump(mode="json") for one in found]}, indent=2))
    elif found:
        console.print(table(COLUMNS, [_row(one) for one in found]))
    else:
        console.print("No document sets yet. Run: rag-app ingest FOLDER")


@cli.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show one document set, and its glossary as it was written.

    Example: rag-app sets show handbook
    """
    from rag_app.bootstrap import open_application

    with open_application() as application:
        found, glossary = application.sets.show(name), application.sets.glossary(name)
    _print(found, as_json)
    if glossary and not as_json:
        typer.echo(f"\n{glossary.rstrip()}")


@cli.command()
def change(
    name: Name,
    half_life: Annotated[
        str | None,
        typer.Option(metavar="DAYS|none", help="Days until freshness has halved; none: it does not age."),
    ] = None,
    groups: Annotated[
        str | None, typer.Option(metavar="A,B", help="Groups that may read it; '' opens it to everyone.")
    ] = None,
    score_cache: Annotated[
        bool | None,
        typer.Option(
            "--score-cache/--no-score-cache",
            help="Keep the cross-encoder's scores of its passages, or not.",
            show_default=False,
        ),
    ] = None,
    glossary: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Replaces the glossary; an empty file empties it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Change options of a document set; the others stay. It holds from the next question on.

    Example: rag-app sets change handbook --half-life 180 --glossary synonyms.txt
    """
    from rag_app.bootstrap import open_application

    changes: SetChange = {}
    if half_life is not None:
        changes["half_life_days"] = _days(half_life)
    if groups is not None:
        changes["groups"] = [part.strip() for part in groups.split(",")] if groups.strip() else []
    if score_cache is not None:
        changes["score_cache"] = score_cache
    if glossary is not None:
        changes["glossary"] = _text(glossary)
    if not changes:
        raise typer.BadParameter("nothing to change: name an option, as in --half-life 180")
    with open_application() as application:
        _print(application.sets.change(name, **changes), as_json)


def _days(text: str) -> float | None:
    if text.strip().lower() == "none":
        return None
    try:
        return float(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is neither a number of days nor none") from error


def _text(path: Path) -> str:
    from storage.errors import InvalidInput

    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise InvalidInput(
            f"The glossary {path} cannot be read: {error.strerror}.", "Check its name and permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"The glossary {path} is not text in UTF-8 (byte {error.start}).", "Save it as UTF-8."
        ) from error


def _print(found: SetOptions, as_json: bool) -> None:
    from rag_app.cli.output import console, print_json, table

    if as_json:
        print_json(found)
    else:
        console.print(
            table(["option", "value"], [list(pair) for pair in zip(COLUMNS, _row(found), strict=True)])
        )


def _row(found: SetOptions) -> list[str]:
    return [
        found.name,
        ", ".join(found.groups) or "everyone",
        "does not age" if found.half_life_days is None else f"{found.half_life_days:g} days",
        "on" if found.score_cache else "off",
        f"{len(found.glossary):,} groups of synonyms" if found.glossary else "none",
    ]
