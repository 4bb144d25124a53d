"""How results look on a terminal; with `--json`, what scripts read instead."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rag_app.schemas import ExplanationShape, Source, Versions
from storage.errors import Problem

PIPED_WIDTH = 160  # of tables that no terminal shows

# A document must not drive the terminal: neither escape sequences nor marks that turn the writing around.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _console(stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPED_WIDTH
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=True)


console = _console(stderr=False)
errors = _console(stderr=True)

EXCERPT_CHARACTERS = 240
INDENT = 5
_EXPLAINED = ("signal", "raw", "normalised", "adds", "")
_EXPLAINED_FORM = "{:<15}{:>9}{:>12}{:>8}   {}"


def complain(problem: Problem) -> None:
    """What was wrong, and what to do, on stderr."""
    errors.print(Text("Error: ", style="bold red") + Text(seen(problem.what)))
    if problem.remedy:
        errors.print(Text(seen(problem.remedy)))


def seen(text: str) -> str:
    """`text` with what a terminal would obey instead of showing replaced one for one by `\ufffd`."""
    return _UNSEEN.sub("\ufffd", text)


def print_json(shape: BaseModel) -> None:
    sys.stdout.write(shape.model_dump_json(indent=2) + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()) -> Table:
    """A plain table; columns named in `right` are aligned right."""
    result = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        numeric = column in right
        result.add_column(column, justify="right" if numeric else "left", overflow="fold", no_wrap=numeric)
    for row in rows:
        result.add_row(*(Text(seen(cell)) for cell in row))
    return result


def print_sources(sources: Sequence[Source], cited: Sequence[int] = ()) -> None:
    """Each source with its score, date and place; cited ones are marked."""
    for source in sources:
        mark = "*" if source.number in cited else " "
        page = f", page {source.page}" if source.page else ""
        link = f"  {source.url}" if source.url else ""
        place = _line(f"{source.set}/{source.document}{page}{link}")
        title = " > ".join(dict.fromkeys(part for part in (source.title, *source.headings) if part))
        date = _date(source.modified or source.created)
        newer = f"  superseded by {_line(source.superseded_by)}" if source.superseded_by else ""
        _print_entry(
            Text(f"{mark}[{source.number}] ", style="bold")
            + Text(_line(title), style="bold")
            + Text(f"  score {source.score:+.2f}  {date}  {place}{newer}", style="dim"),
            Text(_excerpt(source.text)),
        )


def print_degraded(reason: str | None) -> None:
    """Why the passages stand in fused order, where another was asked for."""
    if reason:
        console.print(Text(reason, style="yellow"))


def print_explanations(sources: Sequence[Source]) -> None:
    """Of each source all in a line, its rank by stage, and a row a signal; the rows add up to the score."""
    for source in sources:
        explanation = source.explanation
        if explanation is None:
            continue
        ranks = ", ".join(f"{stage} {rank}" for stage, rank in explanation.ranks.items())
        total = ("score", "", "", f"{source.score:+.2f}", f"{explanation.probability:.0%} relevant")
        rows = [_EXPLAINED, *(_signal_row(name, explanation) for name in explanation.signals), total]
        _print_entry(
            Text(f"[{source.number}] ", style="bold") + Text(explanation.summary),
            Text(f"rank by stage: {ranks}"),
            *(Text(_EXPLAINED_FORM.format(*row).rstrip()) for row in rows),
        )


def print_versions(versions: Versions) -> None:
    """What ranked, so that an explanation can be told from that of another day."""
    named = ", ".join(f"{name} {version}" for name, version in versions.model_dump().items())
    console.print(Text(f"Versions: {named}", style="dim"), soft_wrap=not console.is_terminal)


def _signal_row(name: str, explanation: ExplanationShape) -> tuple[str, ...]:
    signal = explanation.signals[name]
    rank = explanation.rank_without.get(name)
    return (
        name,
        "unknown" if signal.raw is None else f"{signal.raw:.2f}".rstrip("0").rstrip("."),
        "" if signal.normalised is None else f"{signal.normalised:.2f}",
        f"{signal.contribution:+.2f}",
        "" if rank is None else f"rank {rank} without",
    )


def print_id(shown_id: str) -> None:
    console.print(f"Helpful? rag-app feedback give {shown_id} up|down", style="dim", markup=False)


def _print_entry(head: Text, *lines: Text) -> None:
    """Lines indented below their head: wrapped between words on a terminal, else whole for scripts."""
    if console.is_terminal:
        console.print(head, soft_wrap=False)
        for line in lines:
            console.print(Padding(line, (0, 0, 0, INDENT)), soft_wrap=False)
    else:
        for line in (head, *(Text(" " * INDENT) + line for line in lines)):
            console.print(line)


def _excerpt(text: str) -> str:
    flat = _line(text)
    return flat if len(flat) <= EXCERPT_CHARACTERS else flat[:EXCERPT_CHARACTERS].rsplit(" ", 1)[0] + " ..."


def _line(text: str) -> str:
    return seen(" ".join(text.split()))


def _date(date: datetime | None) -> str:
    return date.date().isoformat() if date else "undated"
