"""Names in paths may hold any character, "/" too: `%2F` stays part of its segment.

Servers decode a path before it is routed, and a name with "/" would fall apart. So `%2F` and `%25` are left
encoded for the router, and `decoded` ends the work: the two together are exact.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

KEPT = re.compile(rb"%(2[Ff5])")
ENCODED = re.compile(r"%2[Ff5]")


class EncodedNames:
    """ASGI middleware for paths below `prefix`."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = scope.get("raw_path")
        if scope["type"] == "http" and raw and scope["path"].startswith(self._prefix):
            scope = {**scope, "path": unquote(KEPT.sub(rb"%25\1", raw).decode("latin-1"))}
        await self._app(scope, receive, send)


def decoded(segment: str) -> str:
    """A path parameter as its sender meant it."""
    return ENCODED.sub(lambda found: unquote(found[0]), segment)
