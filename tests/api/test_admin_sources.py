"""Sources and uploads over a real database and real files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from api.admin_access import AdminAccess
from api.app import create_app
from rag_app.application import Application
from tests.api.admin import SET, admin_client, administered
from tests.api.requests import request

KEY = "a key of some length"
SOURCES = f"{SET}/a/sources"
FILES = f"{SOURCES}/mine/files"


@pytest.fixture
def fed(admin: TestClient) -> TestClient:
    """A set with a source for uploads."""
    admin.post(SET, json={"name": "a"})
    assert admin.post(SOURCES, json={"name": "mine", "kind": "upload"}).status_code == 201
    return admin


def _upload(client: TestClient, *named: tuple[str, bytes], place: str = FILES) -> Any:
    return client.post(place, files=[("file", one) for one in named])


def _names(client: TestClient) -> list[str]:
    return [file["name"] for file in client.get(FILES).json()["files"]]


def test_a_source_is_added_changed_listed_and_removed(fed: TestClient) -> None:
    url = "https://wiki.example/handbook/"
    made = fed.post(SOURCES, json={"name": "wiki", "kind": "web", "options": {"url": url}})
    assert (made.status_code, made.headers["Location"]) == (201, f"{SOURCES}/wiki")
    changed = fed.patch(f"{SOURCES}/wiki", json={"options": {"max_pages": 5}})
    assert changed.json()["options"] == {"url": url, "max_pages": 5}
    assert changed.json()["requested_by"] == "administrator"
    assert [s["name"] for s in fed.get(SOURCES).json()["sources"]] == ["mine", "wiki"]
    assert fed.get(f"{SOURCES}/wiki").json() == changed.json()
    assert fed.delete(f"{SOURCES}/wiki").status_code == 204
    assert fed.get(f"{SOURCES}/wiki").status_code == 404


def test_the_source_without_a_name_is_an_underscore_in_addresses(fed: TestClient, tmp_path: Path) -> None:
    made = fed.post(SOURCES, json={"name": "", "kind": "folder", "options": {"path": str(tmp_path)}})
    assert made.headers["Location"] == f"{SOURCES}/_"
    assert fed.get(made.headers["Location"]).json()["kind"] == "folder"
    assert fed.delete(made.headers["Location"]).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "kind": "ftp"},
        {"name": "../x", "kind": "upload"},
        {"name": "x" * 10_000, "kind": "upload"},
        {"name": "mine", "kind": "upload"},
        {"name": "x", "kind": "web"},
        {"name": "x", "kind": "web", "options": {"url": "https://ann:secret-word@wiki.example/"}},
        {"name": "x", "kind": "git", "options": {"url": "https://ann:secret-word@git.example/x.git"}},
        {"name": "x", "kind": "upload", "options": []},
        {"name": "x", "kind": "upload", "colour": 1},
        {"name": 1, "kind": "upload"},
    ],
)
def test_an_impossible_source_is_refused_and_no_secret_is_repeated(fed: TestClient, body: Any) -> None:
    response = fed.post(SOURCES, json=body)

    assert response.status_code == 422
    assert "secret-word" not in response.text
    assert len(response.json()["detail"]) < 1_000
    assert [s["name"] for s in fed.get(SOURCES).json()["sources"]] == ["mine"]


def test_several_files_of_one_form_are_kept_listed_and_deleted(fed: TestClient) -> None:
    sent = _upload(fed, ("plan.md", b"one"), ("a b/ü.txt", b"two"))

    assert (sent.status_code, sent.json()["refused"]) == (201, [])
    assert [(f["name"], f["bytes"], f["sha256"]) for f in sent.json()["files"]] == [
        ("plan.md", 3, sha256(b"one").hexdigest()),
        ("a b/ü.txt", 3, sha256(b"two").hexdigest()),
    ]
    assert _names(fed) == ["a b/ü.txt", "plan.md"]
    page = fed.get(FILES, params={"limit": 1}).json()
    assert [f["name"] for f in page["files"]] == ["a b/ü.txt"]
    rest = fed.get(FILES, params={"cursor": page["next_cursor"]}).json()
    assert ([f["name"] for f in rest["files"]], rest["next_cursor"]) == (["plan.md"], None)
    assert fed.delete(f"{FILES}/a%20b/%C3%BC.txt").status_code == 204
    assert fed.delete(f"{FILES}/a%20b/%C3%BC.txt").status_code == 404
    assert _names(fed) == ["plan.md"]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a/../b", "..", ".env", "a\\b", "x" * 1_000]
)
def test_a_name_that_leads_elsewhere_is_refused_and_the_others_are_taken(
    fed: TestClient, tmp_path: Path, name: str
) -> None:
    before = set(tmp_path.rglob("*"))
    sent = _upload(fed, ("good.md", b"good"), (name, b"bad"), ("too large.md", b"x" * 2_000))

    assert sent.status_code == 422
    problem = sent.json()
    assert problem["detail"].startswith("1 of 3 files were taken.")
    assert [f["name"] for f in problem["files"]] == ["good.md"]
    assert [f["name"] for f in problem["refused"]] == [name[:200], "too large.md"]
    assert "cannot be called" in problem["refused"][0]["reason"]
    assert _names(fed) == ["good.md"]
    assert all((tmp_path / "sources") in {new, *new.parents} for new in set(tmp_path.rglob("*")) - before)


def test_what_is_no_form_or_holds_no_file_is_refused(fed: TestClient) -> None:
    assert fed.post(FILES, json={}).status_code == 422
    assert fed.post(FILES, data={"file": "text"}).status_code == 422
    empty = fed.post(FILES, files=[("note", (None, b"no file"))])
    assert (empty.status_code, "no file" in empty.json()["detail"]) == (422, True)
    assert _names(fed) == []


def test_only_a_source_for_uploads_takes_files(fed: TestClient, tmp_path: Path) -> None:
    fed.post(SOURCES, json={"name": "disk", "kind": "folder", "options": {"path": str(tmp_path)}})
    for place, status in ((f"{SOURCES}/disk/files", 422), (f"{SOURCES}/none/files", 404)):
        assert _upload(fed, ("a.md", b"x"), place=place).status_code == status


def test_a_body_beyond_the_bound_is_read_no_further(tmp_path: Path) -> None:
    read = []

    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\n'
        while True:
            read.append(1_000)
            yield b"x" * 1_000

    with administered(tmp_path, max_file_bytes=10**9) as application:
        with admin_client(application) as client:
            client.post(SET, json={"name": "a"})
            client.post(SOURCES, json={"name": "mine", "kind": "upload"})
        app = create_app(cast(Application, application), AdminAccess("127.0.0.1", KEY), 50_000)
        headers = {"Content-Type": "multipart/form-data; boundary=b", "Authorization": f"Bearer {KEY}"}
        response = request(app, "POST", FILES, content=endless(), headers=headers)
        assert application.sources.files("a", "mine") == []
    assert response.status_code == 413
    assert sum(read) < 100_000


def test_two_uploads_of_one_name_at_once_leave_one_of_them_whole(fed: TestClient) -> None:
    bodies = [bytes([65 + number]) * 900 for number in range(8)]

    with ThreadPoolExecutor(8) as threads:
        statuses = set(threads.map(lambda body: _upload(fed, ("same.md", body)).status_code, bodies))

    assert statuses == {201}
    [file] = fed.get(FILES).json()["files"]
    assert file["sha256"] in {sha256(body).hexdigest() for body in bodies}
    assert file["bytes"] == 900
