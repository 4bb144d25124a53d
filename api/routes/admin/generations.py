"""`/api/admin/document-sets/{name}/generations` and what is done with them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.routes.admin.route import SetName, Who, admin_router
from rag_app.application.anchoring import AnchorReport
from rag_app.application.gate import GateReport
from rag_app.application.set_shapes import CleanedUp, GenerationList, RolledBack

router = admin_router("/document-sets/{name}", "generations")


@router.get("/generations", operation_id="list_generations")
def generations(name: SetName, who: Who) -> GenerationList:
    """What was live, what is and what may be again, the newest first."""
    return who.sets.generations(name)


@router.post("/rollback", operation_id="roll_back_document_set")
def roll_back(name: SetName, who: Who) -> RolledBack:
    """Make the generation before the live one live again, at once."""
    return who.sets.roll_back(name, who.principal)


@router.post("/clean-up", operation_id="clean_up_document_set")
def clean_up(name: SetName, who: Who) -> CleanedUp:
    """Delete for good what no generation shows that is kept; it is done after each ingestion, too."""
    return who.sets.clean_up(name)


@router.get("/anchors", operation_id="check_anchors")
def anchors(
    name: SetName,
    who: Who,
    generation: Annotated[
        int | None, Query(ge=0, le=2**31 - 1, description="The live one if left out")
    ] = None,
) -> AnchorReport:
    """The votes, gold labels and links that find no passage any more."""
    return who.sets.anchors(name, generation)


@router.post("/gate", operation_id="check_gate")
def gate(name: SetName, who: Who) -> GateReport:
    """Ask the gold questions of the live generation and, if there is one, of an unpublished one."""
    return who.sets.gate(name)
