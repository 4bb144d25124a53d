"""Which pages are still to be asked for: by a sitemap, or nearest to the start first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

WAITING = 100_000  # addresses; a site of more makes them up


@dataclass(frozen=True, slots=True)
class Target:
    """`depth` counts links from the start; `changed` is the day in the sitemap."""

    url: str
    depth: int = 0
    changed: datetime | None = None


@dataclass
class Frontier:
    """Each address once, none beyond `max_depth` or outside of `prefix`; `deeper` tells that some were."""

    prefix: str
    max_depth: int
    deeper: bool = False
    _waiting: deque[Target] = field(default_factory=deque)
    _seen: set[str] = field(default_factory=set)

    def add(self, targets: Iterable[Target]) -> None:
        for target in targets:
            if target.url in self._seen or not target.url.startswith(self.prefix):
                continue
            if target.depth > self.max_depth or len(self._waiting) >= WAITING:
                self.deeper = True
                continue
            self._seen.add(target.url)
            self._waiting.append(target)

    def next(self) -> Target | None:
        return self._waiting.popleft() if self._waiting else None

    @property
    def waiting(self) -> int:
        return len(self._waiting)
