"""`/api/admin/document-sets/{name}/documents`: what a set holds, and what must leave it for good."""

from __future__ import annotations

from api.routes.admin.route import Cursor, DocumentId, Limit, SetName, Who, admin_router
from rag_app.application.duplicates import DuplicateList
from rag_app.application.set_shapes import Erased, SetDocumentPage

router = admin_router("/document-sets/{name}", "documents")


@router.get("/documents", operation_id="list_documents")
def documents(name: SetName, who: Who, cursor: Cursor = None, limit: Limit = 50) -> SetDocumentPage:
    """What questions find in the set, and what the last ingestion could not take, by id."""
    return who.sets.documents(name, cursor, limit)


@router.delete("/documents/{document:path}", operation_id="purge_document")
def purge(name: SetName, document: DocumentId, who: Who) -> Erased:
    """Erase a document from everything: generations, answers that showed it, votes on it, caches."""
    return who.sets.purge(name, document, who.principal)


@router.get("/duplicates", operation_id="list_duplicates")
def duplicates(name: SetName, who: Who) -> DuplicateList:
    """Documents of the live generation that are copies or versions of each other, the most alike first."""
    return who.duplicates.listed(name)
