"""`rag-app sets gate|anchors`: what a new generation does to gold questions, votes and links."""

from __future__ import annotations

from typing import Annotated

import typer

from rag_app.cli.options import Json
from rag_app.cli.sets.arguments import Name

EXCERPT_CHARACTERS = 80


def gate(name: Name, as_json: Json = False) -> None:
    """Ask a set's gold questions of its live generation, and of one that is not published, if there is one.

    Example: rag-app sets gate handbook
    """
    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console, print_json, seen

    with open_application() as application:
        report = application.sets.gate(name)
    if as_json:
        print_json(report)
        return
    if not report.levels:
        console.print(
            f"Set {name!r} has no gold questions, or nothing live to compare with: nothing gates it."
        )
        return
    for level in report.levels:
        console.print(
            f"{level.questions} questions by {level.name}: NDCG@5 {level.before:.3f} at generation "
            f"{report.live}, {level.after:.3f} at {report.candidate}"
        )
    for q in report.fallen:
        line = f"fell  {q.id}  {q.before:.2f} -> {q.after:.2f} by {q.level}  {q.question}"
        console.print(seen(line), markup=False)
    console.print("The gate is open." if report.passed else "The gate is closed.")


def anchors(
    name: Name,
    generation: Annotated[
        int | None, typer.Option(metavar="N", help="Another generation than the live one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the votes, gold labels and links of a set that find no passage any more.

    Example: rag-app sets anchors handbook
    """
    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console, print_json, seen

    with open_application() as application:
        report = application.sets.anchors(name, generation)
    if as_json:
        print_json(report)
        return
    for lost in report.lost:
        words = " ".join(lost.text.split())[:EXCERPT_CHARACTERS]
        line = f"lost  {lost.kind:4}  {lost.document} ({lost.of}): {lost.reason}. {words}"
        console.print(seen(line.rstrip()), markup=False)
    console.print(
        f"At generation {report.generation}: {report.votes} passages voted on, {report.gold} gold labels, "
        f"{report.links} links; {len(report.lost)} find no passage."
    )
