"""What happens as typed server-sent events, with keep-alives while nothing is ready."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Protocol

from fastapi.sse import format_sse_event

from api.errors import status_of
from rag_app.problems import Problem, Transient
from rag_app.schemas import ErrorEvent

logger = logging.getLogger(__name__)

KEEP_ALIVE_SECONDS = 15.0
EVENT_STREAM = "text/event-stream"
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


class Event(Protocol):
    """`event_id`, where it has one, is what a client that comes back says it has seen."""

    @property
    def type(self) -> str: ...

    def model_dump_json(self) -> str: ...


async def server_sent(
    events: AsyncIterator[Event], keep_alive_seconds: float = KEEP_ALIVE_SECONDS
) -> AsyncIterator[bytes]:
    """Each event named by its type, its JSON as data; closing this closes `events`."""
    pending: asyncio.Task[Event | None] | None = None
    try:
        while True:
            pending = pending or asyncio.ensure_future(_next(events))
            done, _ = await asyncio.wait({pending}, timeout=keep_alive_seconds)
            if not done:
                yield format_sse_event(comment="keep-alive")
                continue
            event, pending = pending.result(), None
            if event is None:
                return
            event_id = getattr(event, "event_id", None)
            yield format_sse_event(event=event.type, data_str=event.model_dump_json(), id=event_id)
    finally:
        if pending is not None:
            pending.cancel()
            await asyncio.wait({pending})
        if hasattr(events, "aclose"):
            await events.aclose()


async def _next(events: AsyncIterator[Event]) -> Event | None:
    """The next event, None at the end; what fails after the head was sent can only be an event."""
    try:
        return await anext(events, None)
    except Problem as problem:
        _, title = status_of(problem)
        return ErrorEvent(title=title, detail=str(problem), retryable=isinstance(problem, Transient))
    except Exception:
        logger.exception("a stream of events broke off")
        detail = "This should not have happened; the server's log says more. Try again, or tell an operator."
        return ErrorEvent(title="Internal error", detail=detail, retryable=False)
