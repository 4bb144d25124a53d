from __future__ import annotations

from tests.rag_app.application.conftest import application, folder

__all__ = ["application", "folder"]
