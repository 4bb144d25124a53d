"""`rag-app evaluate`: how well each stage ranks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag_app.cli.options import Json, Sets

if TYPE_CHECKING:
    from rag_app.application import Progress, ProgressCallback, QuestionsDone


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

    from rag_app.cli.output import errors
    from rag_app.evaluation import evaluate_data, evaluate_gold, to_json, to_markdown
    from storage.errors import InvalidInput

    if (gold is None) == (not data):
        raise InvalidInput("Evaluate what?", "Give either --gold FILE or --data DIR.")
    with _bars(hidden=as_json) as (ingested, asked):
        if gold:
            report = evaluate_gold(gold, sets, asked)
        elif data:
            report = evaluate_data(data, ingested, asked)
    errors.print()
    typer.echo(json.dumps(to_json(report), indent=2) if as_json else to_markdown(report))


@contextmanager
def _bars(hidden: bool) -> Iterator[tuple[ProgressCallback, QuestionsDone]]:
    """Two bars on stderr: documents of the corpus being indexed, and questions asked."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    from rag_app.cli.bars import Bars

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Bars(*columns, hidden=hidden) as bars:
        indexing = bars.add_task("Documents", total=None, visible=False)
        asking = bars.add_task("Questions", total=None, visible=False)

        def ingested(p: Progress) -> None:
            bars.show(indexing, completed=p.documents, total=p.total_documents)

        def asked(done: int, total: int) -> None:
            bars.show(asking, completed=done, total=total)

        yield ingested, asked
