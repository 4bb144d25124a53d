"""`rag-app search`: ranked passages, with the reason for every rank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rag_app.cli.options import Explain, Json, ModifiedFrom, ModifiedUntil, Question, Sets, Types, filters_of

if TYPE_CHECKING:
    from rag_app.schemas import SearchResponse


def search(
    question: Question,
    sets: Sets = None,
    explain: Explain = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Results to print.")] = 10,
    offset: Annotated[int, typer.Option(min=0, max=100, help="Results to pass over first.")] = 0,
    order: Annotated[
        Literal["ensemble", "cross_encoder"] | None,
        typer.Option(help="Who decides the order; default: the setting.", show_default=False),
    ] = None,
    rerank: Annotated[
        Literal["full", "none"] | None,
        typer.Option(help="Re-rank, or keep the fused order; default: the setting.", show_default=False),
    ] = None,
    modified_from: ModifiedFrom = None,
    modified_until: ModifiedUntil = None,
    types: Types = None,
    as_json: Json = False,
) -> None:
    """Find the passages that answer a question.

    Example: rag-app search --explain "how many days of parental leave"
    """
    from rag_app.application import ANONYMOUS
    from rag_app.bootstrap import open_application
    from rag_app.cli.output import print_json

    filters = filters_of(modified_from, modified_until, types)
    with open_application() as application:
        response = application.answers.search(
            question,
            ANONYMOUS,
            sets=sets,
            offset=offset,
            limit=limit,
            explained=explain,
            order=order,
            rerank=rerank,
            filters=filters,
        )
    if as_json:
        print_json(response)
    else:
        _print(response, offset)


def _print(response: SearchResponse, offset: int) -> None:
    from rag_app.cli.output import (
        console,
        print_degraded,
        print_explanations,
        print_id,
        print_sources,
        print_versions,
    )

    if not response.results:
        console.print("No passage was found. Ask in other words, or see `rag-app status`.")
        return
    print_sources(response.results)
    console.print()
    print_explanations(response.results)
    if response.results[0].explanation:
        print_versions(response.versions)
    print_degraded(response.degraded)
    shown = f"{offset + 1}-{offset + len(response.results)} of {response.total}"
    console.print(f"Results {shown}, ranked in {response.milliseconds['total']:.0f} ms", style="dim")
    print_id(response.id)
