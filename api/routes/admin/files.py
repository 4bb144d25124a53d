"""`/api/admin/document-sets/{name}/sources/{source}/files`: what people hand over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import Request, Response
from starlette.types import Scope

from api import multipart
from api.errors import identified, problem_response
from api.routes.admin.route import PREFIX, Cursor, DocumentId, Limit, SetName, SourceName, Who, admin_router
from rag_app.application.uploads import FilePage, UploadReport

router = admin_router("/document-sets/{name}/sources/{source}/files", "files")
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
}


def is_upload(scope: Scope) -> bool:
    """Whether the body is for `upload` to read."""
    path = scope["path"]
    return bool(scope["method"] == "POST" and path.startswith(PREFIX + "/") and path.endswith("/files"))


@router.post(
    "",
    status_code=201,
    operation_id="upload_files",
    response_model=UploadReport,
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FORM}}}},
)
async def upload(name: SetName, source: SourceName, who: Who, request: Request) -> UploadReport | Response:
    """Hand over files, several in one form; one of a name that is taken replaces it.

    They are searched after the next ingestion. 422 where one was refused; the others are taken even so.
    """
    content_type = request.headers.get("content-type", "")

    def take(body: Iterator[bytes]) -> UploadReport:
        form = ((part.name, part.stream) for part in multipart.files(content_type, body))
        return who.uploads.take(name, source, form)

    report = await request.app.state.uploads.read(request, take)
    return report if not report.refused else _refusal(request, report)


@router.get("", operation_id="list_files")
def files(name: SetName, source: SourceName, who: Who, cursor: Cursor = None, limit: Limit = 50) -> FilePage:
    """What was handed over, by name."""
    return who.uploads.page(name, source, cursor, limit)


@router.delete("/{file:path}", status_code=204, operation_id="delete_file")
def delete(name: SetName, source: SourceName, file: DocumentId, who: Who) -> None:
    """Its documents leave the set with the next ingestion."""
    who.sources.delete_file(name, source, file)


def _refusal(request: Request, report: UploadReport) -> Response:
    whole = len(report.files) + len(report.refused)
    why = " ".join(f"{one.reason} {one.remedy}" for one in report.refused[:3])
    detail = f"{len(report.files)} of {whole} files were taken. {why}"
    told = {**report.model_dump(mode="json"), **identified(request)}
    return problem_response(422, "Invalid input", detail, **told)
