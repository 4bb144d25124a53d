"""Document sets administered over HTTP: a real server process, real uploads, real workers."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.processes import serving

ADMIN = "/api/admin"
SET = f"{ADMIN}/document-sets/a%2Fb"
FILES = f"{SET}/sources/mine/files"
KEY = "0123456789abcdef"
FOLLOWER = """
import sys, httpx
key = {"Authorization": "Bearer " + sys.argv[2]}
with httpx.stream("GET", sys.argv[1], headers=key, timeout=None) as response:
    print(next(response.iter_raw()), flush=True)
    sys.stdin.read()
"""
Event = tuple[str, str, dict[str, Any]]  # kind, id, data


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server over an empty data folder in which a set with one source for uploads was made."""
    data_dir = tmp_path_factory.mktemp("administered")
    with serving(data_dir) as url, httpx.Client(base_url=url, timeout=60) as client:
        client.post(f"{ADMIN}/document-sets", json={"name": "a/b"}).raise_for_status()
        client.post(f"{SET}/sources", json={"name": "mine", "kind": "upload"}).raise_for_status()
        yield client


def _events(client: httpx.Client, job: str, last: str | None = None) -> list[Event]:
    """To the end of the stream."""
    headers = {} if last is None else {"Last-Event-ID": last}
    found, fields = [], dict[str, str]()
    with client.stream("GET", f"{ADMIN}/jobs/{job}/events", headers=headers) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        for line in response.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields.get("event"):
                found.append((fields["event"], fields.get("id", ""), json.loads(fields["data"])))
                fields.clear()
    return found


def _ingested(client: httpx.Client) -> str:
    """The job, at its end."""
    started = client.post(f"{ADMIN}/jobs", json={"set": "a/b"})
    assert started.status_code == 202, started.text
    job = str(started.json()["id"])
    assert _events(client, job)[-1][2]["job"]["state"] == "succeeded"
    return job


def test_what_is_uploaded_is_searched_after_a_job_that_can_be_followed(admin: httpx.Client) -> None:
    sent = admin.post(
        FILES,
        files=[
            ("file", ("canteen.md", b"# Canteen\n\nThe canteen opens at noon.\n")),
            ("file", ("=cmd.md", b"# Parking\n\nVisitors park behind building B.\n")),
            ("file", ("broken.pdf", b"%PDF-1.4 nothing")),
        ],
    )
    assert sent.status_code == 201
    planned = admin.post(f"{SET}/dry-run").json()
    assert (len(planned["added"]), planned["outcome"]) == (3, "dry run")

    key = {"Idempotency-Key": "first"}
    first, again = (admin.post(f"{ADMIN}/jobs", json={"set": "a/b"}, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    job = first.json()["id"]
    assert first.headers["Location"] == f"{ADMIN}/jobs/{job}"
    events = _events(admin, job)

    kinds = [kind for kind, _, _ in events]
    assert set(kinds) <= {"progress", "outcome", "done"}
    assert (kinds.count("outcome"), kinds.count("done"), kinds[-1]) == (3, 1, "done")
    outcomes = [(at, data["document"]) for kind, at, data in events if kind == "outcome"]
    told = {document["document"]: document["outcome"] for _, document in outcomes}
    assert told == {"mine/canteen.md": "added", "mine/=cmd.md": "added", "mine/broken.pdf": "failed"}
    later = [data["document"] for kind, _, data in _events(admin, job, outcomes[0][0]) if kind == "outcome"]
    assert later == [document for _, document in outcomes[1:]]
    seen_all = {"Last-Event-ID": events[-1][1]}
    assert admin.get(f"{ADMIN}/jobs/{job}/events", headers=seen_all).status_code == 204
    found = admin.post("/api/search", json={"question": "Where do visitors park?"}).json()
    assert found["results"][0]["document"] == "mine/=cmd.md"


def test_the_report_is_csv_and_the_failed_are_listed_and_tried_again(admin: httpx.Client) -> None:
    admin.post(FILES, files=[("file", ("worse.pdf", b"%PDF-1.4 nothing either"))])
    job = _ingested(admin)
    response = admin.get(f"{ADMIN}/jobs/{job}/report")

    assert response.headers["Content-Type"].startswith("text/csv")
    rows = {row["document"]: row["outcome"] for row in csv.DictReader(io.StringIO(response.text))}
    assert rows["mine/worse.pdf"] == "failed"
    held = admin.get(f"{ADMIN}/quarantine", params={"set": "a/b"}).json()["quarantined"]
    assert "mine/worse.pdf" in {one["document"] for one in held}
    retried = admin.post(f"{ADMIN}/jobs/{job}/retry")
    assert (retried.status_code, retried.headers["Location"].rpartition("/")[2]) == (
        202,
        retried.json()["id"],
    )
    ended = _events(admin, retried.json()["id"])[-1][2]["job"]
    assert ended["outcomes"]["failed"] >= 1
    listed = admin.get(f"{ADMIN}/jobs", params={"set": "a/b", "state": "succeeded", "limit": 1}).json()
    assert (listed["jobs"][0]["id"], listed["next_cursor"] is not None) == (retried.json()["id"], True)


def test_what_cannot_be_done_with_jobs_is_told(admin: httpx.Client) -> None:
    post, get = admin.post, admin.get
    key = {"Idempotency-Key": "of-another-job"}
    post(f"{ADMIN}/document-sets", json={"name": "empty"})
    assert post(f"{ADMIN}/jobs", json={"set": "unknown"}).status_code == 404
    assert post(f"{ADMIN}/jobs", json={"set": 7}).status_code == 422
    assert (
        post(f"{ADMIN}/jobs", json={"set": "a/b"}, headers={"Idempotency-Key": "x" * 256}).status_code == 422
    )
    post(f"{ADMIN}/jobs", json={"set": "a/b"}, headers=key).raise_for_status()
    other = post(f"{ADMIN}/jobs", json={"set": "empty"}, headers=key)
    assert (other.status_code, "idempotency key" in other.json()["detail"]) == (422, True)
    for path in ("", "/events", "/report"):
        assert get(f"{ADMIN}/jobs/unknown{path}").status_code == 404
    for verb in ("cancel", "resume", "retry"):
        assert post(f"{ADMIN}/jobs/unknown/{verb}").status_code == 404
    assert get(f"{ADMIN}/jobs", params={"state": "lost"}).status_code == 422
    assert get(f"{ADMIN}/quarantine", params={"set": "unknown"}).status_code == 404


def test_half_an_upload_is_none(admin: httpx.Client) -> None:
    host, port = str(admin.base_url.host), admin.base_url.port
    head = f"POST {FILES} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 9999\r\n"
    part = '--b\r\nContent-Disposition: form-data; name="file"; filename="half.md"\r\n\r\nhalf of it'
    with socket.create_connection((host, port)) as half:
        half.sendall(f"{head}Content-Type: multipart/form-data; boundary=b\r\n\r\n{part}".encode())
    admin.post(FILES, files=[("file", ("whole.md", b"# Whole\n"))]).raise_for_status()

    names = {file["name"] for file in admin.get(FILES).json()["files"]}
    assert ("whole.md" in names, "half.md" in names) == (True, False)


def test_other_sites_and_other_names_are_refused(admin: httpx.Client, tmp_path: Path) -> None:
    assert admin.get(SET, headers={"Host": "rebound.example"}).status_code == 403
    assert admin.delete(SET, headers={"Origin": "http://evil.example"}).status_code == 403
    assert admin.get(SET).status_code == 200


def test_with_a_key_only_the_key_opens_and_a_killed_follower_keeps_no_server_from_ending(
    tmp_path: Path,
) -> None:
    settings = {"RAG_APP_SERVER__ADMIN_KEY": KEY, "RAG_APP_WORKER__ON_DEMAND": "false"}
    with serving(tmp_path, settings) as url, httpx.Client(base_url=f"{url}{ADMIN}", timeout=60) as client:
        assert client.get("/document-sets").status_code == 403
        client.headers["Authorization"] = f"Bearer {KEY}"
        client.post("/document-sets", json={"name": "a"}).raise_for_status()
        client.post("/document-sets/a/sources", json={"name": "mine", "kind": "upload"}).raise_for_status()
        job = client.post("/jobs", json={"set": "a"}).json()  # which no worker takes
        follower = subprocess.Popen(
            [sys.executable, "-c", FOLLOWER, f"{url}{ADMIN}/jobs/{job['id']}/events", KEY],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with follower:
            assert follower.stdout is not None
            assert b"event: progress" in follower.stdout.readline()
            os.kill(follower.pid, signal.SIGKILL)
        assert client.post(f"/jobs/{job['id']}/cancel").json()["state"] == "cancelled"
