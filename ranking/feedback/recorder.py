"""Recording what was shown, beside the answers: they neither wait for it nor fail with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, Full, Queue
from typing import Protocol

from storage.errors import Problem
from storage.feedback.records import Shown

logger = logging.getLogger(__name__)

WAITING = 1_000  # records, some 20 kB each
AT_ONCE = 50
TIDY_EVERY = timedelta(hours=1)
CLOSE_SECONDS = 10.0


class ShownRecords(Protocol):
    def record(self, records: Sequence[Shown]) -> None: ...

    def forget(self, shown_before: datetime, voted_before: datetime) -> int: ...


class Recorder:
    """One writer for all threads. Where the store cannot be written the log says so, and the record is lost.

    Also forgets, every hour, what is older than `retention` and votes older than `votes_kept`.
    """

    def __init__(
        self,
        store: ShownRecords,
        clock: Callable[[], datetime],
        retention: timedelta,
        votes_kept: timedelta,
    ) -> None:
        self._store = store
        self._clock = clock
        self._retention = retention
        self._votes_kept = votes_kept
        self._waiting: Queue[Shown | None] = Queue(WAITING)
        self._writer: threading.Thread | None = None
        self._starting = threading.Lock()
        self._tidied: datetime | None = None

    def record(self, shown: Shown) -> None:
        """Returns at once; never raises for the store's sake."""
        with self._starting:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="recorder", daemon=True)
                self._writer.start()
        try:
            self._waiting.put_nowait(shown)
        except Full:
            logger.error("answer %s is not recorded: %d wait to be written already", shown.id, WAITING)

    def settle(self, seconds: float) -> bool:
        """Waits until all that was recorded so far is written; False where that takes longer."""
        with self._waiting.all_tasks_done:
            return self._waiting.all_tasks_done.wait_for(
                lambda: self._waiting.unfinished_tasks == 0, timeout=seconds
            )

    def close(self) -> None:
        """Writes what waits, for ten seconds at most."""
        with self._starting:
            writer, self._writer = self._writer, None
        if writer is not None and self.settle(CLOSE_SECONDS):
            self._waiting.put(None)
            writer.join(CLOSE_SECONDS)

    def _write(self) -> None:
        closing = False
        while not closing:
            batch = self._next()
            records = [record for record in batch if record is not None]
            closing = len(records) < len(batch)
            self._attempt(partial(self._store.record, records), f"{len(records)} answers")
            if not closing and self._due():
                self._attempt(self._tidy, "forgetting of old answers")
            for _ in batch:
                self._waiting.task_done()

    def _next(self) -> list[Shown | None]:
        batch = [self._waiting.get()]
        try:
            while len(batch) < AT_ONCE:
                batch.append(self._waiting.get_nowait())
        except Empty:
            pass
        return batch

    def _attempt(self, work: Callable[[], object], what: str) -> None:
        try:
            work()
        except Problem as problem:
            logger.error("not recorded: %s. %s", what, problem)
        except Exception:
            logger.exception("not recorded: %s", what)

    def _due(self) -> bool:
        """Once an hour; a clock that was set back counts as an hour gone by."""
        now = self._clock()
        if self._tidied is not None and self._tidied <= now < self._tidied + TIDY_EVERY:
            return False
        self._tidied = now
        return True

    def _tidy(self) -> None:
        now = self._clock()
        while self._store.forget(now - self._retention, now - self._votes_kept):
            pass
