"""How fast pages are asked for, and for how long."""

from __future__ import annotations

from collections.abc import Callable


class Pace:
    """At least `delay` seconds between two requests; `clock` and `sleep` count seconds."""

    def __init__(
        self, delay: float, seconds: float, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self.delay = delay
        self._clock = clock
        self._sleep = sleep
        self._end = clock() + seconds
        self._next = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the next request would come too late."""
        return max(self._next, self._clock()) >= self._end

    def wait(self, seconds: float = 0.0) -> None:
        """Until the next request may go, at least `seconds`."""
        now = self._clock()
        pause = max(self._next - now, seconds)
        if pause > 0:
            self._sleep(pause)
        self._next = max(now + pause, now) + self.delay
