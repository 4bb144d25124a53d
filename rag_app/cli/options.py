"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON of a stable shape, for scripts.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", help="Search this document set only; may be repeated.", show_default=False),
]
Question = Annotated[str, typer.Argument(help="The question, in quotation marks.", show_default=False)]
Explain = Annotated[bool, typer.Option("--explain", "-e", help="Tell why each result stands at its rank.")]
