"""`POST /api/chat`: an answer with cited sources, whole or as it is written."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header
from starlette.responses import Response, StreamingResponse

from api.caller import Caller, caller
from api.errors import problems
from api.events import EVENT_STREAM, HEADERS, server_sent
from api.requests import ChatRequest
from rag_app.schemas import Answer

router = APIRouter(prefix="/api", tags=["chat"])


@router.post(
    "/chat",
    response_model=Answer,
    responses={
        200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}},
        **problems(404, 413, 422, 500, 503),
    },
)
async def chat(
    request: ChatRequest,
    who: Annotated[Caller, Depends(caller)],
    accept: Annotated[str, Header()] = "application/json",
) -> Answer | Response:
    """Answer a question from the documents, citing them as [n], or say that they do not answer it.

    As server-sent events: `sources`, `delta` (many), `citations`, `usage`, `done`; or `error` at the end.
    """
    events = await who.answers.ask(
        request.question,
        who.principal,
        sets=request.sets,
        explained=request.explain,
        filters=request.filters.checked(),
    )
    wants_events = EVENT_STREAM in accept if request.stream is None else request.stream
    if wants_events:
        return StreamingResponse(server_sent(events), media_type=EVENT_STREAM, headers=HEADERS)
    return await who.answers.whole(events)
