"""What the server process runs: the application that the settings describe."""

from __future__ import annotations

from fastapi import FastAPI

from api.app import create_app
from rag_app.bootstrap import open_application
from rag_app.settings import load_settings


def create() -> FastAPI:
    """Factory for an ASGI server; Problems of the set-up are raised here, before anything listens."""
    return create_app(open_application(load_settings()))
