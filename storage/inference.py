"""CPU inference: one item a call, one thread a core, one fair queue over all requests."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Lock, Thread
from typing import Any, Generic, TypeVar

from storage.errors import Transient

Item = TypeVar("Item")
Result = TypeVar("Result")


class Cancelled(Transient):
    """The computation was given up, by its caller or because the pool was closed."""

    def __init__(self) -> None:
        super().__init__("The computation was cancelled.", "Ask again if you still need it.")


class _Request:
    """The items of one caller; whoever reads or changes it holds `lock`."""

    def __init__(self, function: Callable[[Any], Any], items: Sequence[Any], lock: Lock) -> None:
        self.function = function
        self.items = items
        self.results: list[Any] = [None] * len(items)
        self.begun = 0
        self.running = 0
        self.error: BaseException | None = None
        self.finished = Condition(lock)

    @property
    def waiting(self) -> bool:
        return self.error is None and self.begun < len(self.items)

    @property
    def done(self) -> bool:
        return self.error is not None or (not self.running and self.begun == len(self.items))


class _Queue:
    """Requests in turn: each gives one item to a free worker, then goes to the end of the line."""

    def __init__(self) -> None:
        self.lock = Lock()
        self._work = Condition(self.lock)
        self._line: deque[_Request] = deque()
        self._closed = False

    def add(self, function: Callable[[Any], Any], items: Sequence[Any]) -> _Request:
        request = _Request(function, items, self.lock)
        with self.lock:
            if self._closed:
                raise Cancelled
            self._line.append(request)
            self._work.notify(len(items))
        return request

    def close(self) -> None:
        with self.lock:
            self._closed = True
            for request in self._line:
                request.error = request.error or Cancelled()
                request.finished.notify_all()
            self._line.clear()
            self._work.notify_all()

    @property
    def waiting(self) -> int:
        with self.lock:
            return sum(len(request.items) - request.begun for request in self._line)

    def work(self) -> None:
        """The life of a worker."""
        while taken := self._take():
            self._run(*taken)
            del taken  # an idle worker keeps nobody's data

    def _take(self) -> tuple[_Request, int] | None:
        with self.lock:
            while not self._closed:
                while self._line:
                    request = self._line.popleft()
                    if not request.waiting:
                        continue
                    position = request.begun
                    request.begun += 1
                    request.running += 1
                    if request.waiting:
                        self._line.append(request)
                    return request, position
                self._work.wait()
        return None

    def _run(self, request: _Request, position: int) -> None:
        result, failure = None, None
        try:
            result = request.function(request.items[position])
        except BaseException as error:  # noqa: BLE001 - it belongs to the request, and is raised there
            failure = error
        with self.lock:
            request.results[position] = result
            request.error = request.error or failure
            request.running -= 1
            if request.done:
                request.finished.notify_all()


class Pending(Generic[Result]):
    """Results that are being computed."""

    def __init__(self, queue: _Queue, request: _Request) -> None:
        self._queue = queue
        self._request = request

    def result(self, timeout: float | None = None) -> list[Result]:
        """Results in the order of the items, or the first error that one of them raised.

        Whoever stops waiting, by `timeout` seconds (Transient) or by any exception, has cancelled.
        """
        try:
            with self._queue.lock:
                in_time = self._request.finished.wait_for(lambda: self._request.done, timeout)
        except BaseException:
            self.cancel()
            raise
        if not in_time:
            self.cancel()
            raise Transient(f"The computation took longer than {timeout:g} s.", "Ask again, or for less.")
        if self._request.error is not None:
            raise self._request.error
        return self._request.results

    def cancel(self) -> None:
        """Items that have not begun never will; a result not yet complete becomes Cancelled."""
        with self._queue.lock:
            if self._request.waiting:
                self._request.error = Cancelled()
                self._request.finished.notify_all()


class InferencePool:
    """`threads` workers (one per core) shared by every model of the process; callable from any thread.

    Requests take turns item by item, so that a small one never waits behind the whole of a big one.
    """

    def __init__(self, threads: int) -> None:
        queue = _Queue()
        workers = [Thread(target=queue.work, name=f"inference-{n}", daemon=True) for n in range(threads)]
        for worker in workers:
            worker.start()
        self._queue = queue
        # Also at exit: a daemon thread that returns from native code would crash a dying interpreter.
        self._finalizer = weakref.finalize(self, _stop, queue, workers)

    @property
    def waiting(self) -> int:
        """Items that no worker has begun."""
        return self._queue.waiting

    def submit(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Pending[Result]:
        """Begins `function(item)` for each item; the function must be safe in several threads."""
        return Pending(self._queue, self._queue.add(function, items))

    def map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """`function(item)` for each item, in their order; raises the first error of any."""
        return self.submit(function, items).result()

    def close(self) -> None:
        """Cancels what waits, and returns when the items in work are done."""
        self._finalizer()


def _stop(queue: _Queue, workers: Sequence[Thread]) -> None:
    queue.close()
    for worker in workers:
        worker.join()
