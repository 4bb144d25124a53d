"""Which store an address means, and what a server's failures become."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from storage.connection import connect
from storage.edge.client import EdgeClient
from storage.errors import InvalidInput, NotFound, Permanent, Problem, Transient
from storage.qdrant_server import ServerClient


@contextmanager
def answering(status: int) -> Iterator[str]:
    """The address of a server that refuses everything with one status."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"why?")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_without_an_address_the_store_is_embedded_and_untouched(tmp_path: Path) -> None:
    assert isinstance(connect(None, None, tmp_path / "vectors"), EdgeClient)
    assert not (tmp_path / "vectors").exists()


def test_an_address_means_a_server(tmp_path: Path) -> None:
    with closing(connect("http://127.0.0.1:6333", None, tmp_path)) as client:
        assert isinstance(client, ServerClient)


def test_an_address_without_a_scheme_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="'qdrant:6333' is not the address"):
        connect("qdrant:6333", None, tmp_path)


def test_a_server_that_cannot_be_reached_is_transient(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with (
            closing(connect(url, None, tmp_path)) as client,
            pytest.raises(Transient, match=f"{url} cannot be reached.*Check the address"),
        ):
            client.collection_exists("chunks")


@pytest.mark.filterwarnings("ignore:Api key is used with an insecure connection")
@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, Permanent, "refused the API key"),
        (403, Permanent, "refused the API key"),
        (404, NotFound, "does not have it: why?"),
        (409, InvalidInput, r"refused a request \(409\): why?"),
        (503, Transient, r"failed \(503\): why?"),
    ],
)
def test_a_refusal_says_what_to_do(tmp_path: Path, status: int, kind: type[Problem], words: str) -> None:
    with (
        answering(status) as url,
        closing(connect(url, "some key", tmp_path)) as client,
        pytest.raises(kind, match=words),
    ):
        client.get_collection("chunks")
