"""What the server process runs: the application that the settings describe."""

from __future__ import annotations

import gc

from fastapi import FastAPI

from api.app import create_app
from rag_app.bootstrap import open_application
from rag_app.settings import load_settings


def create() -> FastAPI:
    """Factory for an ASGI server; Problems of the set-up are raised here, before anything listens."""
    application = open_application(load_settings())
    application.keep_worker()
    app = create_app(application)
    # What was made by now stays: looking through it again costs the requests 10 ms every so often.
    gc.collect()
    gc.freeze()
    return app
