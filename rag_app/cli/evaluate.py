"""`rag-app evaluate`: how well each stage ranks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag_app.cli.options import Json, Sets


def evaluate(
    gold: Annotated[
        Path | None, typer.Option(help="Gold set (JSON lines) about the documents that are ingested.")
    ] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder of corpus.jsonl, queries.jsonl and qrels.tsv; indexed in a store of its own, "
            "which is kept for the next run. May be repeated: each, and all pooled."
        ),
    ] = None,
    sets: Sets = None,
    as_json: Json = False,
) -> None:
    """Measure every stage against labelled questions: BM25, dense, fused, cross-encoder, ensemble.

    By document and, where passages are quoted, by passage, beside the oracle: the best possible order of
    the same candidates. Then what each signal brings, and each segment of the questions. Scores of pairs
    are kept, so that a second run takes seconds.

    Example: rag-app evaluate --gold examples/gold.jsonl
    """
    import json

    from rag_app.cli.evaluation_bars import evaluation_bars
    from rag_app.cli.output import errors
    from rag_app.evaluation import evaluate_data, evaluate_gold, to_json, to_markdown
    from storage.errors import InvalidInput

    if (gold is None) == (not data):
        raise InvalidInput("Evaluate what?", "Give either --gold FILE or --data DIR.")
    with evaluation_bars(hidden=as_json) as (ingested, asked):
        if gold:
            report = evaluate_gold(gold, sets, asked)
        elif data:
            report = evaluate_data(data, ingested, asked)
    errors.print()
    typer.echo(json.dumps(to_json(report), indent=2) if as_json else to_markdown(report))
