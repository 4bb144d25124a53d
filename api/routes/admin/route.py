"""What every route of the administration has: it opens to administrators alone, before it reads anything."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.routing import APIRoute
from pydantic import AfterValidator
from starlette.responses import Response

from api.encoded_names import decoded
from api.errors import problems
from rag_app.application import Application, Duplicates, Jobs, Principal, Sets, Sources
from rag_app.application.uploads import Uploads

PREFIX = "/api/admin"
LONGEST_NAME = 200
LONGEST_DOCUMENT = 4_000
ADMINISTRATOR = Principal("administrator")  # until people can sign in
ERRORS = problems(403, 404, 413, 422, 500, 503)


class AdminRoute(APIRoute):
    """Asks `app.state.admin_access` first."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def admitted(request: Request) -> Response:
            request.app.state.admin_access.check(request)
            return await handle(request)

        return admitted


def admin_router(path: str, tag: str) -> APIRouter:
    return APIRouter(prefix=PREFIX + path, tags=[tag], route_class=AdminRoute, responses=ERRORS)


@dataclass(frozen=True, slots=True)
class Administrator:
    """The principal of a request and the verbs open to it."""

    principal: Principal
    sets: Sets
    sources: Sources
    uploads: Uploads
    duplicates: Duplicates
    jobs: Jobs


def administrator(request: Request) -> Administrator:
    application: Application = request.app.state.application
    uploads = Uploads(application.sources)
    return Administrator(
        ADMINISTRATOR,
        application.sets,
        application.sources,
        uploads,
        application.duplicates,
        application.jobs,
    )


def _set_name(segment: str) -> str:
    name = decoded(segment)
    if len(name) > LONGEST_NAME:
        raise ValueError(f"it has {len(name):,} characters; a set's name has at most {LONGEST_NAME}")
    return name


def _source_name(segment: str) -> str:
    return "" if segment == "_" else _set_name(segment)


def _document(path: str) -> str:
    name = decoded(path)
    if len(name) > LONGEST_DOCUMENT:
        raise ValueError(f"it has {len(name):,} characters; at most {LONGEST_DOCUMENT:,} are looked up")
    return name


Who = Annotated[Administrator, Depends(administrator)]
SetName = Annotated[
    str, Path(description="The document set, percent-encoded: `/` in it as `%2F`"), AfterValidator(_set_name)
]
DocumentId = Annotated[
    str, Path(description="The document's id, as results name it"), AfterValidator(_document)
]
SourceName = Annotated[
    str, Path(description="The source's name; `_` for the one without"), AfterValidator(_source_name)
]
JobId = Annotated[str, Path(max_length=100, description="The job, as lists name it")]
OfSet = Annotated[str | None, Query(alias="set", max_length=LONGEST_NAME, description="Only of this set")]
Cursor = Annotated[str | None, Query(max_length=8_000, description="`next_cursor` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200, description="Entries of a page, at most")]
