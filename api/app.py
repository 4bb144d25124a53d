"""The HTTP application: middleware, routes and errors around one application facade."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.body_limit import BodyLimit
from api.errors import add_error_handlers
from api.request_id import RequestId
from api.routes import chat, feedback, health, metrics, search
from rag_app import __version__
from rag_app.application import Application

MAX_BODY_BYTES = 1_000_000


def create_app(application: Application) -> FastAPI:
    """The app owns `application` and closes it when it shuts down."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(application.close)

    app = FastAPI(
        lifespan=lifespan,
        title="rag-app",
        version=__version__,
        summary="Answers from your documents, with sources and the reason for every rank",
    )
    app.state.application = application
    for routes in (search, chat, feedback, health, metrics):
        app.include_router(routes.router)
    add_error_handlers(app)
    app.add_middleware(BodyLimit, max_bytes=MAX_BODY_BYTES)
    app.add_middleware(RequestId)
    return app
