"""`rag-app jobs`: ingestions under way and those of before."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag_app.cli.options import Json

if TYPE_CHECKING:
    from rag_app.jobs.shapes import JobStatus

cli = typer.Typer(
    help="Look at ingestion jobs, watch, cancel and resume them, and see what became of each document.",
    no_args_is_help=True,
)
Id = Annotated[str, typer.Argument(help="The job, as `rag-app jobs list` names it.", show_default=False)]
OfSet = Annotated[
    str | None, typer.Option("--set", "-s", help="Of this document set only.", show_default=False)
]
COLUMNS = ["job", "set", "state", "started", "documents", "chunks", "outcomes"]


@cli.command("list")
def list_jobs(
    set_name: OfSet = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 20,
    as_json: Json = False,
) -> None:
    """Show jobs, the newest first.

    Example: rag-app jobs list --set handbook
    """
    from rag_app.cli.output import console, print_json, table
    from rag_app.jobs.shapes import JobList
    from rag_app.light_bootstrap import open_desk

    with open_desk() as desk:
        found = desk.jobs.all(set_name, limit)
    if as_json:
        print_json(JobList(jobs=found))
    elif found:
        console.print(table(COLUMNS, [_row(job) for job in found], right=("chunks",)))
    else:
        console.print("No jobs yet. Run: rag-app ingest FOLDER")


@cli.command()
def show(job: Id, as_json: Json = False) -> None:
    """Show one job: how far it is, or how it ended.

    Example: rag-app jobs show 3f2a91c04b7e
    """
    from rag_app.light_bootstrap import open_desk

    with open_desk() as desk:
        _print(desk.jobs.show(job), as_json)


@cli.command()
def watch(
    job: Id,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, a line for each change.")] = False,
) -> None:
    """Follow a job until it has ended. Ctrl-C stops the watching, not the job.

    Example: rag-app jobs watch 3f2a91c04b7e
    """
    from rag_app.light_bootstrap import open_desk

    with open_desk() as desk:
        for status in desk.jobs.watch(job):
            if as_json:
                typer.echo(status.model_dump_json())
            else:
                typer.echo(_line(status))


@cli.command()
def cancel(job: Id, as_json: Json = False) -> None:
    """Stop a job within a batch; searches see the documents of before.

    Example: rag-app jobs cancel 3f2a91c04b7e
    """
    from rag_app.light_bootstrap import open_desk
    from storage.principal import Principal

    with open_desk() as desk:
        _print(desk.jobs.cancel(job, Principal("cli")), as_json)


@cli.command()
def resume(job: Id, as_json: Json = False) -> None:
    """Go on with a failed or cancelled job where it was: what it had finished is not done again.

    Example: rag-app jobs resume 3f2a91c04b7e
    """
    from rag_app.light_bootstrap import open_desk
    from storage.principal import Principal

    with open_desk() as desk:
        _print(desk.jobs.resume(job, Principal("cli")), as_json)


@cli.command()
def retry(job: Id, as_json: Json = False) -> None:
    """Try the documents again that failed in a job, those in quarantine too: a new job of the same set.

    Example: rag-app jobs retry 3f2a91c04b7e
    """
    from rag_app.light_bootstrap import open_desk
    from storage.principal import Principal

    with open_desk() as desk:
        _print(desk.jobs.retry(job, Principal("cli")), as_json)


@cli.command()
def report(
    job: Id,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file to write; default: standard output.")
    ] = None,
) -> None:
    """What became of every document, as CSV: outcome, reason, remedy, passages.

    Example: rag-app jobs report 3f2a91c04b7e --output report.csv
    """
    from rag_app.light_bootstrap import open_desk

    with open_desk() as desk:
        lines = desk.jobs.report_csv(job)
        if output is None:
            for line in lines:
                typer.echo(line, nl=False)
        else:
            _write(output, lines)


@cli.command()
def quarantined(set_name: OfSet = None, as_json: Json = False) -> None:
    """Show the documents that failed and are not tried again until they change, or `jobs retry` says so.

    Example: rag-app jobs quarantined --set handbook
    """
    from rag_app.cli.output import console, print_json, table
    from rag_app.jobs.shapes import QuarantineList
    from rag_app.light_bootstrap import open_desk

    with open_desk() as desk:
        found = desk.jobs.quarantined(set_name)
    if as_json:
        print_json(QuarantineList(quarantined=found))
    elif found:
        rows = [[q.set, q.document, f"{q.reason} {q.remedy}", q.job] for q in found]
        console.print(table(["set", "document", "why, and what to do", "job"], rows))
    else:
        console.print("Nothing is in quarantine.")


def _write(path: Path, lines: Iterable[str]) -> None:
    from storage.errors import InvalidInput

    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except OSError as error:
        raise InvalidInput(
            f"The report cannot be written to {path}: {error.strerror}.", "Name another file."
        ) from error


def _print(job: JobStatus, as_json: bool) -> None:
    from rag_app.cli.output import console, print_json, seen, table

    if as_json:
        print_json(job)
        return
    console.print(table(["", ""], [list(pair) for pair in zip(COLUMNS, _row(job), strict=True)]))
    if job.reason:
        console.print(seen(f"{job.reason} {job.remedy}"), markup=False)


def _row(job: JobStatus) -> list[str]:
    return [
        job.id,
        job.set,
        "cancelling" if job.cancelling and job.finished is None else job.state,
        job.started.strftime("%Y-%m-%d %H:%M:%S") if job.started else "waits",
        f"{job.documents:,}/{job.total_documents:,}",
        f"{job.chunks:,}",
        ", ".join(f"{number:,} {outcome}" for outcome, number in job.outcomes.items()) or "-",
    ]


def _line(job: JobStatus) -> str:
    left = f", about {job.seconds_left:,.0f} s left" if job.seconds_left is not None else ""
    why = f": {job.reason} {job.remedy}" if job.reason else ""
    return (
        f"{job.state} ({job.stage}): {job.documents:,}/{job.total_documents:,} documents, "
        f"{job.chunks:,} chunks{left}{why}"
    )
