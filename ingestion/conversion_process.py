"""One converter process, seen from its parent: a file at a time, ended when it takes too long."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker

from ingestion.conversion_worker import Outcome, serve
from ingestion.converters import Limits
from ingestion.folder import FolderFile

START_SECONDS = 120.0


class Died(Exception):
    """The process ended before it answered; `cause` says how, as far as that is known."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class TooSlow(Exception):
    """The process did not answer in time, and was ended."""


class ConversionProcess:
    """Started on construction, ready on return; not to be shared by threads."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, limits), name="converter", daemon=True)
        with _deaf_to_interrupts():
            self._process.start()
        theirs.close()
        try:
            self._answer(START_SECONDS)
        except TooSlow as error:
            raise Died("it did not start") from error

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def convert(self, file: FolderFile) -> Outcome:
        """Raises Died or TooSlow; the process is gone then."""
        try:
            self._connection.send(file)
        except OSError as error:
            raise Died(self._cause()) from error
        outcome = self._answer(self._seconds)
        assert outcome is not None  # noqa: S101 - what a process sends after its first word
        return outcome

    def end(self) -> None:
        self._process.kill()
        self._process.join(1)

    def _answer(self, seconds: float) -> Outcome | None:
        try:
            if self._connection.poll(seconds):
                answer: Outcome | None = self._connection.recv()
                return answer
        except (EOFError, OSError) as error:
            raise Died(self._cause()) from error
        self.end()
        raise TooSlow

    def _cause(self) -> str:
        self._process.join(5)
        code = self._process.exitcode
        if code is None or code >= 0:
            return f"status {code}"
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A process started here never hears Ctrl-C: that is for its parent, which ends it."""
    resource_tracker.ensure_running()  # whoever starts it first lets interrupts through again
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)
