"""`/api/admin/document-sets/{name}/sources`: where the documents of a set come from."""

from __future__ import annotations

from fastapi import Response

from api.routes.admin.requests import SourceChanges, SourceCreation
from api.routes.admin.route import SetName, SourceName, Who, admin_router
from api.routes.admin.sets import address
from rag_app.application.sources import SourceList, SourceShape

router = admin_router("/document-sets/{name}/sources", "sources")


@router.post("", status_code=201, operation_id="add_source")
def add(name: SetName, request: SourceCreation, who: Who, response: Response) -> SourceShape:
    """Feed the set from one more source, from the next ingestion on."""
    added = who.sources.add(name, request.name, request.kind, request.options, who.principal)
    response.headers["Location"] = f"{address(name)}/sources/{added.name or '_'}"
    return added


@router.get("", operation_id="list_sources")
def list_sources(name: SetName, who: Who) -> SourceList:
    """The sources of a set by name, and how the last reading of each went."""
    return who.sources.listed(name)


@router.get("/{source}", operation_id="show_source")
def show(name: SetName, source: SourceName, who: Who) -> SourceShape:
    """One source of a set."""
    return who.sources.show(name, source)


@router.patch("/{source}", operation_id="change_source")
def change(name: SetName, source: SourceName, request: SourceChanges, who: Who) -> SourceShape:
    """Change options of a source; what is left out stays, null sets an option back."""
    return who.sources.change(name, source, request.options, who.principal)


@router.delete("/{source}", status_code=204, operation_id="remove_source")
def remove(name: SetName, source: SourceName, who: Who) -> None:
    """Its documents leave with the next ingestion; its copy, and what was uploaded, goes at once."""
    who.sources.remove(name, source)
