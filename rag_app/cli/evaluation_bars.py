"""Progress of what asks many questions: documents of a corpus being indexed, then questions asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

from rag_app.application import Progress, ProgressCallback, QuestionsDone
from rag_app.cli.bars import Bars


@contextmanager
def evaluation_bars(hidden: bool) -> Iterator[tuple[ProgressCallback, QuestionsDone]]:
    """Two bars on stderr."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Bars(*columns, hidden=hidden) as bars:
        indexing = bars.add_task("Documents", total=None, visible=False)
        asking = bars.add_task("Questions", total=None, visible=False)

        def ingested(p: Progress) -> None:
            bars.show(indexing, completed=p.documents, total=p.total_documents)

        def asked(done: int, total: int) -> None:
            bars.show(asking, completed=done, total=total)

        yield ingested, asked
