"""`/livez`: the process answers. `/readyz`: what it needs answers too."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

router = APIRouter(tags=["health"])


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process runs and its event loop is free."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """Whether questions can be answered now, with the state of each dependency."""
    checks = await asyncio.to_thread(request.app.state.application.readiness)
    ready = all(check.ready for check in checks)
    body = {
        "status": "ready" if ready else "not ready",
        "checks": {
            check.name: {"ready": check.ready, **({"detail": check.detail} if check.detail else {})}
            for check in checks
        },
    }
    return JSONResponse(body, 200 if ready else 503)
