"""Without a key this machine alone administers, and no page of another site through it."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from fastapi import Request

from api.admin_access import AdminAccess, is_loopback
from api.app import create_app
from api.errors import Forbidden
from api.routes.admin.route import AdminRoute

KEY = "a key of some length"
OPEN, LOCKED = AdminAccess("127.0.0.1"), AdminAccess("0.0.0.0", KEY)  # noqa: S104


def a_request(
    method: str = "GET", server: Any = ("127.0.0.1", 8000), client: Any = ("127.0.0.1", 50000), **headers: str
) -> Request:
    named = {"host": "127.0.0.1:8000", **{name.replace("_", "-"): value for name, value in headers.items()}}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in named.items()]
    return Request(
        {"type": "http", "method": method, "headers": raw, "server": server, "client": client, "path": "/"}
    )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "localhost"},
        {"host": "LOCALHOST:8000"},
        {"host": "[::1]:8000"},
        {"host": "127.9.9.9"},
        {"origin": "http://127.0.0.1:8000", "sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
    ],
)
def test_this_machine_administers(headers: dict[str, str]) -> None:
    OPEN.check(a_request("DELETE", **headers))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"client": ("192.168.1.7", 1)}, "connection"),
        ({"server": ("192.168.1.2", 8000)}, "connection"),
        ({"client": None}, "connection"),
        ({"server": ("/run/rag-app.sock", None)}, "connection"),
        ({"host": "evil.example"}, "Host"),
        ({"host": "127.0.0.1.evil.example"}, "Host"),
        ({"host": "evil@127.0.0.1"}, "Host"),
        ({"host": "localhost.evil.example:8000"}, "Host"),
        ({"host": ""}, "Host"),
        ({"host": "[::1"}, "Host"),
        ({"x_forwarded_for": "10.1.1.1"}, "X-Forwarded-For"),
        ({"forwarded": "for=10.1.1.1"}, "Forwarded"),
    ],
)
def test_others_do_not_and_are_told_the_remedy(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(Forbidden, match=why) as refused:
        OPEN.check(a_request(**changed))
    assert "RAG_APP_SERVER__ADMIN_KEY" in refused.value.remedy


def test_a_server_that_others_reach_answers_to_nobody_without_a_key() -> None:
    with pytest.raises(Forbidden, match=r"listens on 0\.0\.0\.0"):
        AdminAccess("0.0.0.0").check(a_request())  # noqa: S104


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:9000"},
        {"origin": "null"},
    ],
)
def test_a_page_of_another_site_changes_nothing(headers: dict[str, str]) -> None:
    for method in ("POST", "PATCH", "DELETE"):
        with pytest.raises(Forbidden, match="page of another"):
            OPEN.check(a_request(method, **headers))
    OPEN.check(a_request("GET", **headers))


def test_the_key_opens_from_anywhere_and_nothing_else_does() -> None:
    LOCKED.check(
        a_request("DELETE", client=("10.1.1.1", 1), host="kb.example", authorization=f"Bearer {KEY}")
    )
    for sent in (
        {},
        {"authorization": KEY},
        {"authorization": f"Bearer {KEY}x"},
        {"authorization": "Bearer é"},
    ):
        with pytest.raises(Forbidden, match="missing or wrong") as refused:
            LOCKED.check(a_request(**sent))
        assert KEY not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "expected"),
    [("::1", True), ("::ffff:127.0.0.1", True), ("0.0.0.0", False), ("127.0.0.1.", False), ("a", False)],  # noqa: S104
)
def test_loopback_addresses(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected


def test_every_route_of_the_administration_asks_and_has_a_name_of_its_own(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.ERROR)
    app = create_app(None)  # type: ignore[arg-type]
    described = app.openapi()["paths"]
    ids = [o["operationId"] for path, at in described.items() if "/api/admin" in path for o in at.values()]
    assert len(ids) == len(set(ids)) >= 11

    from api.routes import admin

    routes = [route for router in admin.ROUTERS for route in router.routes]
    assert len(routes) == len(ids)
    assert all(isinstance(route, AdminRoute) for route in routes)
