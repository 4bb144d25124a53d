"""`rag-app sources`: where the documents of a set come from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag_app.cli.options import Json

if TYPE_CHECKING:
    from rag_app.application import SourceShape

cli = typer.Typer(
    help="Say where the documents of a set come from: a folder, uploads, a web site, git, an object store.",
    no_args_is_help=True,
)
Set = Annotated[str, typer.Argument(metavar="SET", help="The document set.", show_default=False)]
Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="The source; ids of its documents begin with it.", show_default=False
    ),
]
Options = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        "-o",
        metavar="NAME=VALUE",
        help="An option of its kind; may be repeated.",
        show_default=False,
    ),
]
# What the location on the command line is, by kind.
LOCATIONS = {"folder": "path", "web": "url", "git": "url", "object_store": "bucket"}
COLUMNS = ["source", "kind", "documents", "last read", "options"]


@cli.command("list")
def list_sources(set_name: Set, as_json: Json = False) -> None:
    """Show every source of a document set.

    Example: rag-app sources list handbook
    """
    import json

    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console, table

    with open_application() as application:
        found = application.sources.all(set_name)
    if as_json:
        typer.echo(json.dumps({"sources": [one.model_dump(mode="json") for one in found]}, indent=2))
    elif found:
        console.print(table(COLUMNS, [_row(one) for one in found], right=["documents"]))
        _print_problems(found)
    else:
        console.print(f"The set {set_name!r} has no source. Run: rag-app sources add --help", markup=False)


@cli.command()
def show(set_name: Set, name: Name, as_json: Json = False) -> None:
    """Show one source with its options.

    Example: rag-app sources show handbook wiki
    """
    from rag_app.bootstrap import open_application

    with open_application() as application:
        _print(application.sources.show(set_name, name), as_json)


@cli.command()
def add(
    set_name: Set,
    name: Name,
    kind: Annotated[
        str, typer.Argument(help="folder, upload, web, git or object_store.", show_default=False)
    ],
    location: Annotated[
        str | None,
        typer.Argument(help="Path of a folder, address of a site or repository, bucket.", show_default=False),
    ] = None,
    option: Options = None,
    as_json: Json = False,
) -> None:
    """Add a source to a document set; `rag-app ingest --set SET` reads it.

    Example: rag-app sources add handbook wiki web https://wiki.example.com/docs/ -o max_pages=500
    """
    from rag_app.bootstrap import open_application

    options = _options(option)
    if location is not None:
        options[_location(kind)] = location
    with open_application() as application:
        _print(application.sources.add(set_name, name, kind, options), as_json)


@cli.command()
def change(set_name: Set, name: Name, option: Options = None, as_json: Json = False) -> None:
    """Change options of a source; the others stay. NAME= without a value sets one back.

    Example: rag-app sources change handbook wiki -o max_pages=2000
    """
    from rag_app.bootstrap import open_application

    if not option:
        raise typer.BadParameter("nothing to change: name an option, as in -o max_pages=2000")
    with open_application() as application:
        _print(application.sources.change(set_name, name, _options(option)), as_json)


@cli.command()
def remove(set_name: Set, name: Name) -> None:
    """Remove a source and its copy; its documents leave the set with the next ingestion.

    Example: rag-app sources remove handbook wiki
    """
    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console

    with open_application() as application:
        application.sources.remove(set_name, name)
    console.print(f"Removed the source {name!r} of {set_name!r}.", markup=False)


@cli.command()
def upload(
    set_name: Set,
    name: Name,
    files: Annotated[list[Path], typer.Argument(help="Files to hand over.", show_default=False)],
    below: Annotated[
        str, typer.Option(metavar="FOLDER", help="Keep them below this folder of the source.")
    ] = "",
) -> None:
    """Hand files to a source of kind upload; one of the same name is replaced.

    Example: rag-app sources upload handbook desk price-list.xlsx
    """
    from datetime import UTC, datetime

    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console

    with open_application() as application:
        for path in files:
            kept = f"{below.rstrip('/')}/{path.name}" if below else path.name
            with _opened(path) as stream:
                modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                done = application.sources.upload(set_name, name, kept, stream, modified)
            console.print(f"{done.name}: {done.bytes:,} bytes", markup=False)


@cli.command()
def files(
    set_name: Set,
    name: Name,
    delete: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="Delete this one; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what was uploaded, or delete some of it.

    Example: rag-app sources files handbook desk --delete price-list.xlsx
    """
    import json

    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console, table

    with open_application() as application:
        for file in delete or ():
            application.sources.delete_file(set_name, name, file)
        found = application.sources.files(set_name, name)
    if as_json:
        typer.echo(json.dumps({"files": [one.model_dump(mode="json") for one in found]}, indent=2))
    else:
        rows = [[one.name, f"{one.bytes:,}", f"{one.uploaded:%Y-%m-%d}"] for one in found]
        console.print(table(["file", "bytes", "uploaded"], rows, right=["bytes"]))


def _options(given: Sequence[str] | None) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for pair in given or ():
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair!r} is not of the form NAME=VALUE")
        options[name.strip()] = value or None
    return options


def _location(kind: str) -> str:
    if kind not in LOCATIONS:
        raise typer.BadParameter(f"a source of kind {kind} has no location")
    return LOCATIONS[kind]


def _opened(path: Path) -> Any:
    from storage.errors import InvalidInput

    try:
        return path.open("rb")
    except OSError as error:
        raise InvalidInput(
            f"The file {path} cannot be read: {error.strerror}.", "Check its name and permissions."
        ) from error


def _print(found: SourceShape, as_json: bool) -> None:
    from rag_app.cli.output import console, print_json, table

    if as_json:
        print_json(found)
    else:
        console.print(table(COLUMNS, [_row(found)], right=["documents"]))
        _print_problems([found])


def _print_problems(found: Sequence[SourceShape]) -> None:
    from rag_app.cli.output import console, seen

    for one in found:
        if one.last_problem:
            console.print(seen(f"  not read: {one.name}: {one.last_problem}"), markup=False)


def _row(one: SourceShape) -> list[str]:
    return [
        one.name or '""',
        one.kind,
        "" if one.documents is None else f"{one.documents:,}",
        f"{one.last_read:%Y-%m-%d %H:%M}" if one.last_read else "never",
        ", ".join(f"{name}={value}" for name, value in one.options.items()),
    ]
