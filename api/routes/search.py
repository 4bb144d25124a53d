"""`POST /api/search`: ranked passages."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends

from api.caller import Caller, caller
from api.errors import problems
from api.requests import SearchRequest
from rag_app.schemas import SearchResponse

router = APIRouter(prefix="/api", tags=["search"])


@router.post("/search", response_model_exclude_none=False, responses=problems(404, 413, 422, 500, 503))
async def search(request: SearchRequest, who: Annotated[Caller, Depends(caller)]) -> SearchResponse:
    """Rank the passages that answer a question; `explain` tells why each stands where it stands."""
    return await asyncio.to_thread(
        who.answers.search,
        request.question,
        who.principal,
        sets=request.sets,
        offset=request.offset,
        limit=request.limit,
        explained=request.explain,
        order=request.order,
        rerank=request.rerank,
        filters=request.filters.checked(),
    )
