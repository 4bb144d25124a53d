"""Requests to an ASGI application in this process, with no server between."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


def request(app: ASGIApp, method: str, path: str, **options: Any) -> httpx.Response:
    """The response; what the application raises besides stays in its log."""

    async def requested() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **options)

    return asyncio.run(requested())
