"""`rag-app ask`: an answer with its sources."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rag_app.cli.options import Explain, Json, ModifiedFrom, ModifiedUntil, Question, Sets, Types, filters_of

if TYPE_CHECKING:
    from rag_app.application import Application
    from rag_app.filters import Filters
    from rag_app.schemas import Answer


def ask(
    question: Question,
    sets: Sets = None,
    explain: Explain = False,
    modified_from: ModifiedFrom = None,
    modified_until: ModifiedUntil = None,
    types: Types = None,
    as_json: Json = False,
) -> None:
    """Answer a question from the documents, citing them, or say that they do not answer it.

    Example: rag-app ask "What is the daily allowance for travel abroad?"
    """
    from rag_app.bootstrap import open_application
    from rag_app.cli.output import print_json

    filters = filters_of(modified_from, modified_until, types)
    with open_application() as application:
        answer = asyncio.run(_answer(application, question, sets, explain, filters, silent=as_json))
    if as_json:
        print_json(answer)
    else:
        _print_sources(answer, explain)


async def _answer(
    application: Application,
    question: str,
    sets: list[str] | None,
    explain: bool,
    filters: Filters,
    silent: bool,
) -> Answer:
    """The finished answer; unless `silent`, its text is printed as it is written."""
    from rag_app.application import ANONYMOUS
    from rag_app.cli.output import console, seen
    from rag_app.schemas import DeltaEvent, DoneEvent

    events = await application.answers.ask(question, ANONYMOUS, sets=sets, explained=explain, filters=filters)
    begun = False
    try:
        async for event in events:
            if isinstance(event, DeltaEvent) and not silent:
                console.out(seen(event.text), end="", highlight=False)
                begun = True
            if isinstance(event, DoneEvent):
                return event.answer
    finally:
        if begun:
            console.print()
    raise AssertionError("an answer ends with its done event")


def _print_sources(answer: Answer, explain: bool) -> None:
    from rag_app.cli.output import console, print_degraded, print_explanations, print_id, print_sources

    console.print()
    console.print("Nearest passages:" if answer.refused else "Sources (* cited):", style="bold")
    print_sources(answer.sources, answer.citations)
    if explain:
        console.print()
        print_explanations(answer.sources)
    print_degraded(answer.degraded)
    total = answer.milliseconds["total"]
    console.print(f"\n{answer.generator}, ranked in {total:.0f} ms", style="dim")
    print_id(answer.id)
