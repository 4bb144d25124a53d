"""`rag-app ingest`: a folder, or all sources of a document set, into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag_app.cli.options import Json

if TYPE_CHECKING:
    from rag_app.jobs.progress import Progress, ProgressCallback
    from rag_app.jobs.report import IngestionReport


def ingest(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder of documents, read with all its subfolders.", show_default=False),
    ] = None,
    set_name: Annotated[
        str | None, typer.Option("--set", "-s", help="Document set; default: the folder's name.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    replace_source: Annotated[
        bool,
        typer.Option("--replace-source", help="Let this folder replace the one that the set was fed from."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring a document set in line with a folder and its other sources: new and changed files are read,
    removed ones leave. Without a folder, with those that the set has (see rag-app sources).

    Searches see the former documents until all is written. A file that cannot be read is reported and
    skipped. Running it again converts and embeds only what has changed.

    Example: rag-app ingest ~/handbook --set handbook
    """
    from rag_app.cli.output import errors, print_json
    from rag_app.light_bootstrap import open_desk
    from storage.principal import Principal

    def note(text: str) -> None:
        errors.print(text, markup=False)

    with open_desk() as desk, _interruptible(), _bar(as_json) as progress:
        report = desk.ingesting.ingest(
            folder,
            set_name,
            Principal("cli"),
            dry_run=dry_run,
            replace_source=replace_source,
            progress=progress,
            note=note,
        )
    if as_json:
        print_json(report)
    else:
        _print(report)


@contextmanager
def _interruptible() -> Iterator[None]:
    from rag_app.cli.output import errors

    try:
        yield
    except KeyboardInterrupt:
        errors.print("Interrupted. Searches see the documents of before; run it again to go on.")
        raise


@contextmanager
def _bar(hidden: bool) -> Iterator[ProgressCallback]:
    """Progress by bytes, with the time left."""
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn

    from rag_app.cli.bars import Bars

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Bars(*columns, hidden=hidden) as bars:
        task = bars.add_task("Documents", total=None)

        def show(p: Progress) -> None:
            words = f"{p.documents:,}/{p.total_documents:,} documents, {p.chunks:,} chunks"
            bars.show(task, description=words, completed=p.bytes, total=p.total_bytes)

        yield show


def _print(report: IngestionReport) -> None:
    from rag_app.cli.output import console, seen

    for problem in report.failed:
        kept = " Its earlier revision stays." if problem.kept else ""
        console.print(
            seen(f"failed   {problem.document}: {problem.reason}{kept} {problem.remedy}"), markup=False
        )
    for problem in report.skipped:
        console.print(seen(f"skipped  {problem.document}: {problem.reason} {problem.remedy}"), markup=False)
    if report.outcome == "dry run":
        for kind in ("added", "changed", "removed"):
            for document in getattr(report, kind):
                console.print(seen(f"{kind:8} {document}"), markup=False)
    counts = (
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"{report.unchanged} unchanged, {len(report.failed)} failed, {len(report.skipped)} skipped"
    )
    done = {"published": "", "unchanged": "Nothing has changed: ", "dry run": "Would be: "}[report.outcome]
    console.print(f"{done}{counts}", markup=False)
    console.print(
        f"Set {report.set!r} is at generation {report.generation} "
        f"({report.chunks:,} chunks embedded in {report.seconds:.1f} s)",
        markup=False,
    )
