"""How results look on a terminal; with `--json`, what scripts read instead."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rag_app.schemas import Source
from storage.errors import Problem

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

EXCERPT_CHARACTERS = 240


def complain(problem: Problem) -> None:
    """What was wrong, and what to do, on stderr."""
    errors.print(Text("Error: ", style="bold red") + Text(problem.what))
    if problem.remedy:
        errors.print(Text(problem.remedy))


def print_json(shape: BaseModel) -> None:
    sys.stdout.write(shape.model_dump_json(indent=2) + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()) -> Table:
    """A plain table; columns named in `right` are aligned right."""
    result = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        result.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        result.add_row(*(Text(cell) for cell in row))
    return result


def print_sources(sources: Sequence[Source], cited: Sequence[int] = ()) -> None:
    """Each source with its score, date and place; cited ones are marked."""
    for source in sources:
        mark = "*" if source.number in cited else " "
        place = source.document + (f", page {source.page}" if source.page else "")
        title = " > ".join(dict.fromkeys(part for part in (source.title, *source.headings) if part))
        date = _date(source.modified or source.created)
        console.print(
            Text(f"{mark}[{source.number}] ", style="bold")
            + Text(title, style="bold")
            + Text(f"  score {source.score:+.2f}  {date}  {source.set}/{place}", style="dim")
        )
        console.print(Text(f"     {_excerpt(source.text)}"))


def print_explanations(sources: Sequence[Source]) -> None:
    """One row a result: ranks by stage, contributions in log-odds, and the score they add up to."""
    explained = [(s, s.explanation) for s in sources if s.explanation]
    stages = _names(e.ranks for _, e in explained)
    signals = _names(e.signals for _, e in explained)
    rows = [
        [
            str(source.number),
            *(str(explanation.ranks.get(stage, "-")) for stage in stages),
            *(_contribution(explanation.signals.get(name)) for name in signals),
            f"{source.score:+.2f}",
            f"{explanation.probability:.0%}",
            ", ".join(f"{name} {rank}" for name, rank in explanation.rank_without.items()),
            source.document,
        ]
        for source, explanation in explained
    ]
    columns = ["#", *stages, *signals, "score", "relevant", "rank without", "document"]
    console.print(table(columns, rows, right=columns[:-2]))


def _names(mappings: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(name for mapping in mappings for name in mapping))


def _contribution(signal: object) -> str:
    return f"{getattr(signal, 'contribution', 0.0):+.2f}" if signal is not None else "-"


def _excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= EXCERPT_CHARACTERS else flat[:EXCERPT_CHARACTERS].rsplit(" ", 1)[0] + " ..."


def _date(date: datetime | None) -> str:
    return date.date().isoformat() if date else "undated"
