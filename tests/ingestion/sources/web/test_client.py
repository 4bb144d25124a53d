from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Iterator
from ipaddress import ip_network
from threading import Event

import pytest

from ingestion.sources.web.client import Client, Unanswered, decoded
from storage.errors import InvalidInput
from tests.ingestion.sources.web.site_server import Page, Site, serving

ALLOWED = [ip_network("127.0.0.1/32")]


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client(ALLOWED, 5.0, "rag-app", time.monotonic)
    yield made
    made.close()


def body(client: Client, url: str) -> bytes:
    with client.get(url) as response:
        return b"".join(response.pieces)


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that means another address at each look would pass a check and then lead elsewhere."""
    looked_up = []

    def rebinding(host: str, port: int, *_: object, **__: object) -> list[object]:
        if host == "rebound.example":
            looked_up.append(host)
        address = "127.0.0.2" if len(looked_up) > 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    port = site.url.rpartition(":")[2]
    site.put("/", "Here.")
    with serving("127.0.0.2") as other:
        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        assert body(client, f"http://rebound.example:{port}/") == b"Here."
        assert looked_up == ["rebound.example"]
        client.close()
        with pytest.raises(InvalidInput, match=r"private address 127\.0\.0\.2"):
            body(client, f"http://rebound.example:{port}/")
        assert other.asked == []
    assert site.asked[0].headers["host"] == f"rebound.example:{port}"


def test_the_next_address_of_a_host_is_tried_where_the_first_does_not_answer(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two(host: str, port: int, *_: object, **__: object) -> list[object]:
        addresses = ("127.0.0.3", "127.0.0.1") if host == "two.example" else (host,)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    allowed = Client([ip_network("127.0.0.0/8")], 5.0, "rag-app", time.monotonic)
    site.put("/", "Here.")
    monkeypatch.setattr(socket, "getaddrinfo", two)
    assert body(allowed, f"http://two.example:{site.url.rpartition(':')[2]}/") == b"Here."
    allowed.close()


def test_a_server_that_does_not_answer_is_given_up(site: Site) -> None:
    release = Event()
    site.pages["/"] = Page(before=release.wait)
    client = Client(ALLOWED, 0.05, "rag-app", time.monotonic)
    with pytest.raises(Unanswered, match="does not answer in time"):
        body(client, f"{site.url}/")
    release.set()
    client.close()


def test_a_body_that_trickles_is_given_up(site: Site) -> None:
    site.pages["/"] = Page(b"x" * 200_000)
    seconds = iter(range(0, 10_000, 100))  # between any two looks at the clock, 100 s pass
    client = Client(ALLOWED, 5.0, "rag-app", lambda: float(next(seconds)))
    with pytest.raises(Unanswered, match="longer than 50 s"):
        body(client, f"{site.url}/")
    client.close()


def test_nobody_there_is_said_so(client: Client) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(Unanswered, match="cannot be read"):
            body(client, f"http://127.0.0.1:{unused.getsockname()[1]}/")


def test_packed_bodies_are_unpacked_in_pieces() -> None:
    packed = gzip.compress(b"a" * 1_000_000, mtime=0)
    pieces = list(decoded([packed[:100], packed[100:]], "gzip", "u"))
    assert b"".join(pieces) == b"a" * 1_000_000
    assert max(len(piece) for piece in pieces) <= 1 << 16
    assert list(decoded([b"as it is"], "", "u")) == [b"as it is"]


@pytest.mark.parametrize(
    ("encoding", "content", "told"),
    [
        ("br", b"x", "'br'"),
        ("gzip", b"no gzip", "not packed"),
        ("gzip", gzip.compress(b"x" * 99, mtime=0)[:-12], "too early"),
    ],
)
def test_bodies_that_cannot_be_unpacked_are_told_of(encoding: str, content: bytes, told: str) -> None:
    with pytest.raises(Unanswered, match=told):
        list(decoded([content], encoding, "https://e.com/"))
