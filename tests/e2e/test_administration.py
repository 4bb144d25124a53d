"""Document sets administered over HTTP: a real server process, real uploads, real workers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.processes import serving

ADMIN = "/api/admin"
SET = f"{ADMIN}/document-sets/a%2Fb"
FILES = f"{SET}/sources/mine/files"


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server over an empty data folder in which a set with one source for uploads was made."""
    data_dir = tmp_path_factory.mktemp("administered")
    with serving(data_dir) as url, httpx.Client(base_url=url, timeout=60) as client:
        client.post(f"{ADMIN}/document-sets", json={"name": "a/b"}).raise_for_status()
        client.post(f"{SET}/sources", json={"name": "mine", "kind": "upload"}).raise_for_status()
        yield client


def test_files_are_uploaded_to_a_set_of_any_name_and_half_a_file_is_none(admin: httpx.Client) -> None:
    sent = admin.post(FILES, files=[("file", ("canteen.md", b"# Canteen\n\nIt opens at noon.\n"))])
    host, port = str(admin.base_url.host), admin.base_url.port
    head = f"POST {FILES} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 9999\r\n"
    part = '--b\r\nContent-Disposition: form-data; name="file"; filename="half.md"\r\n\r\nhalf of it'
    with socket.create_connection((host, port)) as half:
        half.sendall(f"{head}Content-Type: multipart/form-data; boundary=b\r\n\r\n{part}".encode())

    assert sent.status_code == 201
    assert [file["name"] for file in admin.get(FILES).json()["files"]] == ["canteen.md"]


def test_other_sites_and_other_names_are_refused(admin: httpx.Client, tmp_path: Path) -> None:
    assert admin.get(SET, headers={"Host": "rebound.example"}).status_code == 403
    assert admin.delete(SET, headers={"Origin": "http://evil.example"}).status_code == 403
    assert admin.get(SET).status_code == 200


def test_with_a_key_only_the_key_opens(tmp_path: Path) -> None:
    key = "0123456789abcdef"
    with serving(tmp_path, {"RAG_APP_SERVER__ADMIN_KEY": key}) as url:
        sets = f"{url}{ADMIN}/document-sets"
        assert httpx.get(sets).status_code == 403
        assert httpx.get(sets, headers={"Authorization": f"Bearer {key}"}).json()["sets"] == []
