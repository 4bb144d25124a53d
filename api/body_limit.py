"""A bound on what a request may send, kept while it is read, whatever Content-Length claims."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import identified, problem_response


class BodyLimit:
    """ASGI middleware: 413 once more than `max_bytes` have arrived.

    What `is_streamed` says of is left to its route, which reads it piece by piece and counts itself.
    """

    def __init__(
        self, app: ASGIApp, max_bytes: int, is_streamed: Callable[[Scope], bool] = lambda _: False
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._is_streamed = is_streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_streamed(scope):
            await self._app(scope, receive, send)
            return
        chunks: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            more = message.get("more_body", False)
            if size > self._max_bytes:
                detail = f"The request's body is larger than {self._max_bytes:,} bytes. Send less."
                refusal = problem_response(413, "Too large", detail, **identified(Request(scope)))
                await refusal(scope, receive, send)
                return
        body, replayed = b"".join(chunks), False

        async def receive_again() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, receive_again, send)
