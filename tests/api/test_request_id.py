from __future__ import annotations

import uuid

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from api.request_id import RequestId
from tests.api.requests import request


async def telling(scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse({"id": Request(scope).state.request_id})(scope, receive, send)


APP = RequestId(telling)


@pytest.mark.parametrize("sent", ["abc-123", "A.b_C-9", "x" * 128])
def test_a_sound_id_of_the_client_is_kept(sent: str) -> None:
    response = request(APP, "GET", "/", headers={"X-Request-ID": sent})

    assert response.headers["X-Request-ID"] == response.json()["id"] == sent


@pytest.mark.parametrize("sent", ["", "a b", "<script>", "x" * 129, "a\tb", "ä"])
def test_any_other_is_replaced_by_a_new_one(sent: str) -> None:
    response = request(APP, "GET", "/", headers={"X-Request-ID": sent.encode()})

    assert str(uuid.UUID(response.headers["X-Request-ID"])) == response.json()["id"]


def test_two_requests_without_an_id_are_told_apart() -> None:
    first, second = (request(APP, "GET", "/").headers["X-Request-ID"] for _ in range(2))

    assert first != second
