"""A hub of our own on this machine: the real client speaks to it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from storage.errors import NotFound, Transient
from storage.models import ModelStore
from storage.models.hub import answers, is_repository, needed
from tests.storage.models.conftest import MODELS, sha256

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {"config.json": b"{}", "model.safetensors": bytes(300_000), "sub/vocab.txt": b"a\nb\n"}
UNWANTED = ["tf_model.h5", "pytorch_model.bin", ".gitattributes"]


class Hub(BaseHTTPRequestHandler):
    """The two requests that a download makes: what there is, and each file."""

    def do_GET(self) -> None:
        if self.path.startswith("/api/models/team/model"):
            names = [{"rfilename": name} for name in [*FILES, *UNWANTED]]
            about = {"id": "team/model", "sha": COMMIT, "siblings": names, "cardData": {"license": "mit"}}
            self._send(json.dumps(about).encode())
        else:
            name = self.path.removeprefix(f"/team/model/resolve/{COMMIT}/")
            self._send(FILES.get(name))

    def do_HEAD(self) -> None:
        self.do_GET()

    def _send(self, body: bytes | None) -> None:
        self.send_response(200 if body is not None else 404)
        if body is None:
            self.send_header("X-Error-Code", "RepoNotFound")
        else:
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{sha256(body)}"')
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_repository_comes_once_with_hashes_of_its_own(
    hub: str, cache: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    store = ModelStore(cache, models=MODELS, endpoint=hub)
    folder = store.resolve("team/model", lambda *progress: told.append(progress[2]))
    assert {name: (folder / name).read_bytes() for name in FILES} == FILES
    assert not any((folder / name).exists() for name in UNWANTED)
    assert any("model.safetensors" in label for label in told)
    assert capfd.readouterr() == ("", "")
    offline = ModelStore(cache, offline=True, models=MODELS)
    assert offline.resolve("team/model") == folder
    status = offline.status()[0]
    assert (status.model.name, status.model.licence, status.state) == ("team/model", "mit", "ready")


def test_a_damaged_file_is_named_and_mended(hub: str, cache: Path) -> None:
    store = ModelStore(cache, models=MODELS, endpoint=hub)
    damaged = store.resolve("team/model") / "model.safetensors"
    damaged.write_bytes(b"x" * 300_000)
    assert [(damage.name, damage.path) for damage in store.verify()] == [("team/model", damaged)]
    store.fetch("team/model")
    assert store.verify() == []
    assert damaged.read_bytes() == FILES["model.safetensors"]


def test_an_unknown_repository_is_not_found(hub: str, cache: Path) -> None:
    with pytest.raises(NotFound, match="has no model 'team/other'"):
        ModelStore(cache, models=MODELS, endpoint=hub).resolve("team/other")


def test_a_hub_that_cannot_be_reached_costs_no_time(cache: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(Transient, match="name its folder here") as caught:
            ModelStore(cache, models=MODELS, endpoint=url).resolve("team/model")
    assert url in caught.value.what


def test_a_hub_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not answers(f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=0.2)


def test_what_is_a_repository() -> None:
    assert is_repository("BAAI/bge-reranker-base")
    assert not any(
        is_repository(name) for name in ["model", "/etc/passwd", "a/b/c", "../b", "./b", "a/..", "a b/c"]
    )


def test_pickles_are_taken_only_where_there_is_nothing_safer() -> None:
    assert needed(["a.bin", "b.safetensors", "config.json"]) == ["b.safetensors", "config.json"]
    assert needed(["a.bin", "flax_model.msgpack", "onnx/model.onnx"]) == ["a.bin"]
