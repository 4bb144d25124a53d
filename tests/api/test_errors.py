from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI

from api.errors import add_error_handlers, status_of
from api.request_id import RequestId
from api.routes import search
from rag_app.problems import InvalidInput, NotFound, Permanent, Problem, Transient
from tests.api.requests import request


class OfSomeKind(Permanent):
    """A problem that the table does not name."""


def app_raising(error: Exception) -> FastAPI:
    app = FastAPI()

    @app.get("/raises")
    async def raises() -> None:
        raise error

    @app.get("/numbers/{number}")
    async def numbers(number: int) -> int:
        return number

    add_error_handlers(app)
    app.add_middleware(RequestId)
    return app


@pytest.mark.parametrize(
    ("problem", "status", "title"),
    [
        (InvalidInput("The question is empty.", "Ask."), 422, "Invalid input"),
        (NotFound("There is no set 'x'.", "See status."), 404, "Not found"),
        (Transient("It is locked.", "Wait."), 503, "Try again later"),
        (Permanent("It is damaged.", "Restore it."), 500, "Needs an operator"),
        (OfSomeKind("It is of a kind.", "Mend it."), 500, "Needs an operator"),
        (Problem("It is.", "So."), 500, "Needs an operator"),
    ],
)
def test_each_problem_has_its_status_and_says_what_and_what_to_do(
    problem: Problem, status: int, title: str
) -> None:
    assert status_of(problem) == (status, title)

    response = request(app_raising(problem), "GET", "/raises", headers={"X-Request-ID": "r-1"})

    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": f"{problem.what} {problem.remedy}",
        "request_id": "r-1",
    }
    assert response.headers.get("Retry-After") == ("5" if status == 503 else None)


@pytest.mark.parametrize(("problem", "logged"), [(InvalidInput("x"), 0), (Transient("x"), 1)])
def test_only_what_is_not_the_callers_fault_is_logged(
    caplog: pytest.LogCaptureFixture, problem: Problem, logged: int
) -> None:
    request(app_raising(problem), "GET", "/raises", headers={"X-Request-ID": "r-3"})

    assert caplog.text.count("GET /raises (r-3)") == logged
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == logged


def test_a_fault_of_ours_keeps_its_inside_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    response = request(
        app_raising(KeyError("inner secret")), "GET", "/raises", headers={"X-Request-ID": "r-2"}
    )

    assert response.status_code == 500
    assert response.headers["X-Request-ID"] == response.json()["request_id"] == "r-2"
    assert "inner secret" not in response.text
    assert "inner secret" in caplog.text
    assert "GET /raises (r-2) failed" in caplog.text


def test_what_does_not_validate_is_named_by_field() -> None:
    response = request(app_raising(KeyError()), "GET", "/numbers/many")

    assert response.status_code == 422
    [error] = response.json()["errors"]
    assert error["field"] == "number"
    assert "integer" in error["message"]
    assert error["message"] in response.json()["detail"]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/no", 404), ("PUT", "/raises", 405)])
def test_what_the_router_refuses_has_the_same_shape(method: str, path: str, status: int) -> None:
    response = request(app_raising(KeyError()), method, path)

    problem = response.json()
    assert (response.status_code, problem["status"]) == (status, status)
    assert f"{method} {path}" in problem["detail"]
    if status == 405:
        assert response.headers["Allow"] == "GET"


def test_malformed_json_is_told_with_its_place() -> None:
    app = FastAPI()
    app.include_router(search.router)
    add_error_handlers(app)

    response = request(
        app, "POST", "/api/search", content='{"question": ', headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "character 13"


def test_the_specification_declares_errors_as_they_are_sent() -> None:
    app = FastAPI()
    app.include_router(search.router)
    responses = app.openapi()["paths"]["/api/search"]["post"]["responses"]

    for status in ("404", "413", "422", "500", "503"):
        [(media_type, content)] = responses[status]["content"].items()
        assert media_type == "application/problem+json"
        assert {"title", "status", "detail"} <= set(content["schema"]["properties"])
