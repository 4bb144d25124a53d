"""Every error as problem details (RFC 9457): one table from our errors to HTTP statuses."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.request_id import HEADER
from rag_app.problems import InvalidInput, NotFound, Permanent, Problem, Transient

logger = logging.getLogger(__name__)


class Forbidden(Problem):
    """The caller may not do this."""


class TooLarge(Problem):
    """The request sends more than is taken."""


STATUSES: dict[type[Problem], tuple[int, str]] = {
    InvalidInput: (422, "Invalid input"),
    NotFound: (404, "Not found"),
    Forbidden: (403, "Forbidden"),
    TooLarge: (413, "Too large"),
    Transient: (503, "Try again later"),
    Permanent: (500, "Needs an operator"),
    Problem: (500, "Needs an operator"),
}
RETRY_AFTER_SECONDS = "5"


class ProblemDetails(BaseModel):
    """What went wrong, as every error tells it."""

    type: str = "about:blank"
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(description="What was wrong, with the value, and what to do")
    request_id: str | None = None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route declares of its errors."""
    content = {"application/problem+json": {"schema": ProblemDetails.model_json_schema()}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def status_of(problem: Problem) -> tuple[int, str]:
    """HTTP status and title, by the nearest class in the table."""
    return next(STATUSES[kind] for kind in type(problem).__mro__ if kind in STATUSES)


def problem_response(status: int, title: str, detail: str, **extensions: Any) -> JSONResponse:
    headers = {"Retry-After": RETRY_AFTER_SECONDS} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **extensions}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101
    status, title = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s: %s", _named(request), error)
    return problem_response(status, title, str(error), **identified(request))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = [{"field": _field(e), "message": e["msg"]} for e in error.errors()]
    detail = "; ".join(f"{e['field'] or 'body'}: {e['message']}" for e in errors)
    return problem_response(
        422, "Invalid input", f"{detail}. /docs shows the form.", errors=errors, **identified(request)
    )


def _field(error: dict[str, Any]) -> str:
    """The field's path; of malformed JSON the place of the fault."""
    path = ".".join(str(part) for part in error["loc"][1:])
    return f"character {path}" if error["type"] == "json_invalid" else path


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    response = problem_response(
        error.status_code,
        HTTPStatus(error.status_code).phrase,
        f"{request.method} {request.url.path}: {error.detail}. /docs lists what there is.",
        **identified(request),
    )
    response.headers.update(error.headers or {})
    return response


async def _unexpected(request: Request, error: Exception) -> Response:
    logger.exception("%s failed", _named(request), exc_info=error)
    detail = "This should not have happened; the server's log says more under the request id."
    identity = identified(request)
    response = problem_response(500, "Internal error", detail, **identity)
    if identity:  # Starlette answers unexpected errors outside all other middleware, so once more
        response.headers[HEADER] = identity["request_id"]
    return response


def identified(request: Request) -> dict[str, str]:
    """The request's id as an extension of its problem; empty where it has none."""
    request_id = getattr(request.state, "request_id", None)
    return {"request_id": request_id} if request_id else {}


def _named(request: Request) -> str:
    """What the log calls a request: by the id that its caller was told too."""
    identity = identified(request).get("request_id", "without an id")
    return f"{request.method} {request.url.path} ({identity})"
