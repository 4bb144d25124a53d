"""`/api/admin`: document sets, their sources and their jobs."""

from __future__ import annotations

from api.routes.admin import files, generations, set_documents, sets, sources

ROUTERS = (sets.router, generations.router, set_documents.router, files.router, sources.router)
