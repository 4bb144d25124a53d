"""`/api/admin/jobs`: ingestions under way and those of before."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query, Response

from api.routes.admin.requests import JobRequest
from api.routes.admin.route import PREFIX, Cursor, JobId, Limit, OfSet, SetName, Who, admin_router
from rag_app.jobs.report import IngestionReport
from rag_app.jobs.shapes import JobPage, JobState, JobStatus, QuarantineList

router = admin_router("", "jobs")
Key = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="Of your making: sent again with the same body, it gives the job of the first time",
    ),
]
Of = Annotated[JobState | None, Query(description="Only jobs in this state")]


@router.post("/jobs", status_code=202, operation_id="start_job")
def start(request: JobRequest, who: Who, response: Response, idempotency_key: Key = None) -> JobStatus:
    """Queue an ingestion of a document set; `Location` is where to see how far it is."""
    job = who.jobs.start(request.set, who.principal, idempotency_key=idempotency_key)
    response.headers["Location"] = f"{PREFIX}/jobs/{job.id}"
    return job


@router.get("/jobs", operation_id="list_jobs")
def list_jobs(
    who: Who, of: OfSet = None, state: Of = None, cursor: Cursor = None, limit: Limit = 50
) -> JobPage:
    """Jobs, the newest first."""
    return who.jobs.page(of, state, cursor, limit)


@router.get("/jobs/{job}", operation_id="show_job")
def show(job: JobId, who: Who) -> JobStatus:
    """How far a job is, or how it ended."""
    return who.jobs.show(job)


@router.post("/jobs/{job}/cancel", operation_id="cancel_job")
def cancel(job: JobId, who: Who) -> JobStatus:
    """Stop a job within a batch; searches see the documents of before."""
    return who.jobs.cancel(job, who.principal)


@router.post("/jobs/{job}/resume", operation_id="resume_job")
def resume(job: JobId, who: Who) -> JobStatus:
    """Go on with a failed or cancelled job: what it had finished is not done again."""
    return who.jobs.resume(job, who.principal)


@router.post("/jobs/{job}/retry", status_code=202, operation_id="retry_job")
def retry(job: JobId, who: Who, response: Response) -> JobStatus:
    """A new job that tries the documents again that failed in this one, those in quarantine too."""
    again = who.jobs.retry(job, who.principal)
    response.headers["Location"] = f"{PREFIX}/jobs/{again.id}"
    return again


@router.get("/quarantine", operation_id="list_quarantine")
def quarantined(who: Who, of: OfSet = None) -> QuarantineList:
    """The documents that failed and are not tried again until they change, or a retry says so."""
    if of is not None:
        who.sets.show(of)
    return QuarantineList(quarantined=who.jobs.quarantined(of))


@router.post("/document-sets/{name}/dry-run", operation_id="dry_run")
def dry_run(name: SetName, who: Who) -> IngestionReport:
    """What an ingestion would add, change, remove and leave, told by reading the sources; nothing changes."""
    return who.jobs.dry_run(name)
