"""A real web site on this machine whose pages do what a test tells them to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)  # by the server's clock, and by ours
HTML = "text/html; charset=utf-8"


@dataclass
class Page:
    """What is answered: `cut` promises more bytes than come; `before` runs while the client waits."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    type: str = HTML
    etag: str | None = None
    cut: bool = False
    before: Callable[[], object] | None = None


@dataclass
class Asked:
    """A request, and how many bytes of a body went out for it."""

    path: str
    headers: Mapping[str, str]
    status: int = 0
    sent: int = 0


class Site:
    """Pages by path, and every request that came."""

    def __init__(self, address: str, port: int) -> None:
        self.url = f"http://{address}:{port}"
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []

    def put(self, path: str, text: str, **about: Any) -> None:
        """A page whose ETag follows from what it says."""
        body = text.encode()
        self.pages[path] = Page(body, **{"etag": f'"{abs(hash(body))}"', **about})

    @property
    def paths(self) -> list[str]:
        """Of the requests since the last look."""
        found = [asked.path for asked in self.asked if asked.path != "/robots.txt"]
        self.asked.clear()
        return found


def links(*targets: str, title: str = "Page") -> str:
    listed = "".join(f'<li><a href="{target}">{target}</a></li>' for target in targets)
    head = f"<head><title>{title}</title></head>"
    return f"<!doctype html><html>{head}<body><h1>{title}</h1><ul>{listed}</ul></body></html>"


@contextmanager
def serving(address: str = "127.0.0.1") -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(self, site)

        def date_time_string(self, _timestamp: float | None = None) -> str:
            return format_datetime(NOW, usegmt=True)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((address, 0), Handler)
    server.daemon_threads = True
    site = Site(address, server.server_address[1])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(handler: BaseHTTPRequestHandler, site: Site) -> None:
    asked = Asked(handler.path, {name.lower(): value for name, value in handler.headers.items()})
    site.asked.append(asked)
    page = site.pages.get(handler.path, Page(b"Not here.", 404))
    if page.before:
        page.before()
    unchanged = page.etag is not None and asked.headers.get("if-none-match") == page.etag
    asked.status = 304 if unchanged else page.status
    body = b"" if unchanged else page.body
    handler.send_response(asked.status)
    for name, value in page.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Type", page.type)
    if page.etag:
        handler.send_header("ETag", page.etag)
    if not unchanged:
        handler.send_header("Content-Length", str(len(body) + (100 if page.cut else 0)))
    handler.end_headers()
    handler.wfile.write(body)
    asked.sent = len(body)
    handler.close_connection = page.cut
