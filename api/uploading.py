"""The body of a request as it arrives, for work in a thread: so that a file goes to disk piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from anyio import CapacityLimiter, fail_after, from_thread, to_thread
from fastapi import Request
from starlette.requests import ClientDisconnect

from api.errors import TooLarge
from rag_app.problems import InvalidInput

Result = TypeVar("Result")
AT_ONCE = 8  # a slow client keeps a thread
MOST_SECONDS_BETWEEN_PIECES = 60.0


@dataclass(frozen=True)
class Uploads:
    """Bounds on what is uploaded; further uploads wait until one has ended."""

    max_bytes: int
    limiter: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(AT_ONCE))

    async def read(self, request: Request, work: Callable[[Iterator[bytes]], Result]) -> Result:
        """What `work` makes of the body, in a thread of its own.

        While it reads, InvalidInput where the client leaves or stalls, TooLarge beyond the bound.
        """
        return await to_thread.run_sync(work, self._pieces(request), limiter=self.limiter)

    def _pieces(self, request: Request) -> Iterator[bytes]:
        stream, size = request.stream(), 0
        while (piece := from_thread.run(_next, stream)) is not None:
            size += len(piece)
            if size > self.max_bytes:
                larger = f"The request's body is larger than {self.max_bytes:,} bytes."
                raise TooLarge(larger, "Send fewer files at a time.")
            yield piece


async def _next(stream: AsyncIterator[bytes]) -> bytes | None:
    try:
        with fail_after(MOST_SECONDS_BETWEEN_PIECES):
            return await anext(stream, None)
    except ClientDisconnect as error:
        raise InvalidInput("The upload broke off before its end.", "Send it again.") from error
    except TimeoutError as error:
        raise InvalidInput("Nothing more of the upload came for a minute.", "Send it again.") from error
