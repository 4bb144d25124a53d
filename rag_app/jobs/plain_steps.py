"""Steps carried out in the process that asked for them; what keeps them durable is in SQL alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed


class PlainSteps:
    """`after` is called when something is done."""

    def __init__(self, after: Callable[[], None] = lambda: None) -> None:
        self._after = after

    def one(self, _name: str, function: Callable[[], None]) -> None:
        function()
        self._after()

    def each(self, name: str, function: Callable[[int], None], count: int, at_once: int) -> None:
        executor = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        try:
            for future in as_completed([executor.submit(function, number) for number in range(count)]):
                future.result()
                self._after()
        finally:
            executor.shutdown(cancel_futures=True)
