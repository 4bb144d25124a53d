"""The HTTP application: middleware, routes and errors around one application facade."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.admin_access import AdminAccess
from api.body_limit import BodyLimit
from api.encoded_names import EncodedNames
from api.errors import add_error_handlers
from api.request_id import RequestId
from api.routes import admin, chat, feedback, health, metrics, search
from api.routes.admin.files import is_upload
from api.routes.admin.route import PREFIX
from api.uploading import Uploads
from rag_app import __version__
from rag_app.application import Application

MAX_BODY_BYTES = 1_000_000


MAX_UPLOAD_BYTES = 1_000_000_000
THIS_MACHINE = AdminAccess("127.0.0.1")


def create_app(
    application: Application,
    admin_access: AdminAccess = THIS_MACHINE,
    max_upload_bytes: int = MAX_UPLOAD_BYTES,
) -> FastAPI:
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
    app.state.admin_access = admin_access
    app.state.uploads = Uploads(max_upload_bytes)
    for router in (*(routes.router for routes in (search, chat, feedback, health, metrics)), *admin.ROUTERS):
        app.include_router(router)
    add_error_handlers(app)
    app.add_middleware(BodyLimit, max_bytes=MAX_BODY_BYTES, is_streamed=is_upload)
    app.add_middleware(EncodedNames, prefix=PREFIX)
    app.add_middleware(RequestId)
    return app
