"""`rag-app audit`: what re-ranking brings and costs on this corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag_app.cli.options import Json, Sets

if TYPE_CHECKING:
    from rag_app.evaluation import Audit


def audit(
    gold: Annotated[
        Path | None, typer.Option(help="Gold set (JSON lines) about the documents that are ingested.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of corpus.jsonl, queries.jsonl and qrels.tsv, as for `evaluate`."),
    ] = None,
    sets: Sets = None,
    out: Annotated[
        Path, typer.Option(help="Folder for audit.md, audit.html and the charts; made if missing.")
    ] = Path("audit"),
    sample: Annotated[int, typer.Option(min=1, max=1000, help="Questions to time searches with.")] = 30,
    as_json: Json = False,
) -> None:
    """Tell whether re-ranking is worth it here: what it brings, what it costs, and a verdict.

    Go where NDCG@5 rises by 15 % or more over embeddings alone, within 500 ms for the whole search. Where
    less than 40 % of what is relevant is among the candidates, ranking cannot help, and it says so.

    Example: rag-app audit --gold examples/gold.jsonl --out audit
    """
    import json

    from rag_app.cli.evaluation_bars import evaluation_bars
    from rag_app.cli.output import errors
    from rag_app.evaluation import audit_data, audit_gold, audit_to_json, check_folder, write_audit
    from storage.errors import InvalidInput

    if (gold is None) == (data is None):
        raise InvalidInput("Audit what?", "Give either --gold FILE or --data DIR.")
    check_folder(out)
    with evaluation_bars(hidden=as_json) as (ingested, asked):
        if gold:
            found = audit_gold(gold, sets, asked, sample)
        elif data:
            found = audit_data(data, ingested, asked, sample)
    files = write_audit(found, out)
    if as_json:
        typer.echo(json.dumps({**audit_to_json(found), "files": [str(file) for file in files]}, indent=2))
    else:
        errors.print()
        _print(found, files)


def _print(found: Audit, files: list[Path]) -> None:
    typer.echo(f"Verdict: {found.verdict.decision}")
    for reason in found.verdict.reasons:
        typer.echo(f"- {reason}")
    typer.echo(f"Read {files[1]} or {files[0]}.")
