"""What a document does not state of itself, taken from its source: dates, author, where it can be opened."""

from __future__ import annotations

from dataclasses import replace

from ingestion.document import Document
from ingestion.folder import FolderFile

# What people write where it is kept, so that its history there is its own; a PDF is made elsewhere.
WRITTEN = frozenset(("markdown", "text", "html", "csv", "json", "xml"))


def completed(document: Document, file: FolderFile) -> Document:
    """The document's own dates stand; one that states none is as old as its file.

    Where it states its creation alone, a later change that its source's history knows is its modification.
    """
    found = replace(document, url=file.url, author=document.author or file.author)
    if document.modified:
        return found
    if document.created is None:
        return replace(found, created=file.created, modified=file.modified)
    told = file.modified if file.dated and document.kind in WRITTEN else None
    return replace(found, modified=told) if told and told > document.created else found
