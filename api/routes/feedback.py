"""`POST /api/feedback`: thumbs, clicks and copies."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends

from api.caller import Caller, caller
from api.requests import FeedbackRequest
from rag_app.schemas import FeedbackReceipt

router = APIRouter(prefix="/api", tags=["feedback"])


@router.post("/feedback")
async def feedback(request: FeedbackRequest, who: Annotated[Caller, Depends(caller)]) -> FeedbackReceipt:
    """Say what you think of an answer or a source that was shown to you; ranking learns from it."""
    return await asyncio.to_thread(
        who.feedback.give_feedback,
        request.id,
        request.kind,
        who.principal,
        source=request.source,
        comment=request.comment,
    )
