"""What becomes of a job: its events as they happen, its report as CSV."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Header
from starlette.responses import Response, StreamingResponse

from api.events import EVENT_STREAM, HEADERS, server_sent
from api.routes.admin.route import JobId, Who, admin_router
from rag_app.jobs.events import ENDED

router = admin_router("/jobs/{job}", "jobs")
Last = Annotated[str | None, Header(description="The `id` of the last event that you have: go on behind it")]


@router.get(
    "/events",
    operation_id="watch_job",
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}, 204: {}},
)
async def events(job: JobId, who: Who, last_event_id: Last = None) -> Response:
    """Follow a job: `progress` and `outcome` (of one document), then `done`; `error` if that breaks off.

    204 for whoever has had `done`: there is nothing more to follow.
    """
    await asyncio.to_thread(who.jobs.show, job)
    if last_event_id == ENDED:
        return Response(status_code=204)
    return StreamingResponse(
        server_sent(who.jobs.events(job, last_event_id)), media_type=EVENT_STREAM, headers=HEADERS
    )


@router.get(
    "/report",
    operation_id="job_report",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def report(job: JobId, who: Who) -> Response:
    """What became of every document, as CSV: nothing in it is a formula to a spreadsheet."""
    found = who.jobs.show(job)
    name = f'attachment; filename="job-{found.id}.csv"'
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(who.jobs.report_csv(found.id), media_type="text/csv", headers=headers)
