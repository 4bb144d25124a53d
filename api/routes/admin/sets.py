"""`/api/admin/document-sets`: make, list, show, change and delete document sets."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

from api.routes.admin.requests import SetChanges, SetCreation
from api.routes.admin.route import PREFIX, Cursor, Limit, SetName, Who, admin_router
from rag_app.application.set_shapes import Erased, SetOptions, SetPage

router = admin_router("/document-sets", "document sets")


def address(name: str) -> str:
    return f"{PREFIX}/document-sets/{quote(name, safe='')}"


@router.post("", status_code=201, operation_id="create_document_set")
def create(request: SetCreation, who: Who, response: Response) -> SetOptions:
    """Make a document set with nothing in it; where it lies, `Location` says."""
    created = who.sets.create(request.name, who.principal, **request.changes())
    response.headers["Location"] = address(created.name)
    return created


@router.get("", operation_id="list_document_sets")
def list_sets(who: Who, cursor: Cursor = None, limit: Limit = 50) -> SetPage:
    """All document sets by name, whoever may read them."""
    return who.sets.page(cursor, limit)


@router.get("/{name}", operation_id="show_document_set")
def show(name: SetName, who: Who) -> SetOptions:
    """What is decided about a document set."""
    return who.sets.show(name)


@router.patch("/{name}", operation_id="change_document_set")
def change(name: SetName, request: SetChanges, who: Who) -> SetOptions:
    """Change all that is sent or, where one value is impossible, nothing; what is left out stays."""
    return who.sets.change(name, who.principal, **request.changes())


@router.delete("/{name}", operation_id="delete_document_set")
def delete(name: SetName, who: Who) -> Erased:
    """Delete a document set with everything that rests on it, for good."""
    return who.sets.delete(name, who.principal)
