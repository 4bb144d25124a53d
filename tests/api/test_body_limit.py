from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

from api.body_limit import BodyLimit
from api.request_id import RequestId
from tests.api.requests import request

LIMIT = 10


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await JSONResponse({"body": body.decode()})(scope, receive, send)


APP = RequestId(BodyLimit(echo, LIMIT))


@pytest.mark.parametrize("body", [b"", b"x" * LIMIT])
def test_a_body_up_to_the_limit_arrives_whole(body: bytes) -> None:
    assert request(APP, "POST", "/", content=body).json() == {"body": body.decode()}


def test_one_byte_more_is_refused_as_a_problem() -> None:
    response = request(APP, "POST", "/", content=b"x" * (LIMIT + 1), headers={"X-Request-ID": "r-1"})

    assert response.status_code == 413
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "larger than 10 bytes" in response.json()["detail"]
    assert response.json()["request_id"] == "r-1"


def test_a_body_without_a_length_is_counted_and_read_no_further() -> None:
    read = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            read.append(4)
            yield b"abcd"

    response = request(APP, "POST", "/", content=endless())

    assert response.status_code == 413
    assert sum(read) == 12


def test_a_client_that_leaves_while_it_sends_reaches_nobody() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"abc", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    asyncio.run(BodyLimit(echo, LIMIT)(scope, receive, send))

    assert sent == []


def test_the_application_still_learns_that_the_client_has_gone() -> None:
    messages: list[Message] = [{"type": "http.request", "body": b"abc"}, {"type": "http.disconnect"}]
    seen: list[str] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def watching(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend([(await receive())["type"], (await receive())["type"]])

    async def send(message: Message) -> None:
        raise AssertionError("nothing is to be sent")

    asyncio.run(BodyLimit(watching, LIMIT)({"type": "http"}, receive, send))

    assert seen == ["http.request", "http.disconnect"]
