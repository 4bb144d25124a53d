"""What the server process runs: the application that the settings describe."""

from __future__ import annotations

import gc

from fastapi import FastAPI

from api.admin_access import AdminAccess
from api.app import create_app
from rag_app.bootstrap import open_application
from rag_app.settings import load_settings

MEGABYTE = 1_000_000


def create() -> FastAPI:
    """Factory for an ASGI server; Problems of the set-up are raised here, before anything listens."""
    settings = load_settings()
    server = settings.server
    access = AdminAccess(server.host, server.admin_key.get_secret_value() if server.admin_key else None)
    application = open_application(settings)
    application.keep_worker()
    app = create_app(application, access, server.max_upload_megabytes * MEGABYTE)
    # What was made by now stays: looking through it again costs the requests 10 ms every so often.
    gc.collect()
    gc.freeze()
    return app
