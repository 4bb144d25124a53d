"""A circuit breaker: what keeps failing is left alone for a while, then tried once (Nygard, Release It!).

Pure: the clock is an argument, in seconds of any monotonic scale.

    closed --`failures` in a row--> open --`cooldown` later--> half-open: one call --success--> closed
                                     ^----------------------------- failure ----|
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

State = Literal["closed", "open", "half-open"]


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """So many failures in a row open it, for so many seconds."""

    failures: int = 3
    cooldown_seconds: float = 15.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """`opened` is None while it is closed, else when it opened or last let a trial through."""

    policy: BreakerPolicy
    failed: int = 0
    opened: float | None = None

    def state(self, now: float) -> State:
        if self.opened is None:
            return "closed"
        return "open" if self.waits(now) else "half-open"

    def waits(self, now: float) -> float:
        """Seconds until the next trial; 0 where a call may go through. A clock set back waits no longer."""
        if self.opened is None:
            return 0.0
        elapsed = now - self.opened
        return 0.0 if elapsed < 0 else max(self.policy.cooldown_seconds - elapsed, 0.0)

    def entered(self, now: float) -> Breaker:
        """As a call goes through. A trial that never reports leaves room for another a cooldown later."""
        return self if self.opened is None else replace(self, opened=now)

    def succeeded(self) -> Breaker:
        return Breaker(self.policy)

    def after_failure(self, now: float) -> Breaker:
        failed = self.failed + 1
        opens = self.opened is not None or failed >= self.policy.failures
        return replace(self, failed=failed, opened=now if opens else None)
