"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rag_app.filters import Filters

Json = Annotated[bool, typer.Option("--json", help="Print JSON of a stable shape, for scripts.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", help="Search this document set only; may be repeated.", show_default=False),
]
Question = Annotated[str, typer.Argument(help="The question, in quotation marks.", show_default=False)]
Explain = Annotated[bool, typer.Option("--explain", "-e", help="Tell why each result stands at its rank.")]
ModifiedFrom = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Documents modified since then, as in 2026-03-31.", show_default=False),
]
ModifiedUntil = Annotated[
    str | None, typer.Option(metavar="DATE", help="Documents modified until then.", show_default=False)
]
Types = Annotated[
    list[str] | None,
    typer.Option("--type", help="Files of this type, as in pdf; may be repeated.", show_default=False),
]


def filters_of(modified_from: str | None, modified_until: str | None, types: list[str] | None) -> Filters:
    """InvalidInput for what is no date or no type."""
    from rag_app.filters import checked_filters, parsed_date

    return checked_filters(
        parsed_date(modified_from) if modified_from is not None else None,
        parsed_date(modified_until) if modified_until is not None else None,
        types,
    )
