"""Progress bars on stderr: they never mix with results, and where nothing is counted there is none."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from rich.progress import Progress, ProgressColumn, TaskID

from rag_app.cli.output import errors


class Bars(Progress):
    """Appears with the first `show`; used in a `with` statement, whose end stops it."""

    def __init__(self, *columns: ProgressColumn, hidden: bool = False, transient: bool = False) -> None:
        super().__init__(*columns, console=errors, disable=hidden, transient=transient)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.live.is_started:
            self.stop()

    def show(self, task: TaskID, **fields: Any) -> None:
        """Updates the task as `rich.progress.Progress.update` does."""
        self.update(task, visible=True, **fields)
        self.start()
