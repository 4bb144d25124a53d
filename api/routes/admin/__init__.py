"""`/api/admin`: document sets, their sources and their jobs."""

from __future__ import annotations

from api.routes.admin import files, generations, job_reports, jobs, set_documents, sets, sources

ROUTERS = (
    sets.router,
    generations.router,
    set_documents.router,
    files.router,
    sources.router,
    jobs.router,
    job_reports.router,
)
