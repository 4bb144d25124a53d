"""A real HTTP server on loopback that answers `/v1/rerank` by script: well, wrongly, or slowly."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What is sent; with `held`, the body byte by byte until it is set, and never to its end."""

    status: int = 200
    content: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    held: Event | None = None


Script = Callable[[dict[str, Any]], Reply]


@dataclass
class RerankEndpoint:
    """Follows its scripts in turn, the last one again and again; keeps what it was asked."""

    url: str
    scripts: list[Script]
    bodies: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def reply(self, body: dict[str, Any]) -> Reply:
        self.bodies.append(body)
        return (self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0])(body)


@contextmanager
def rerank_endpoint(*scripts: Script) -> Iterator[RerankEndpoint]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            endpoint.paths.append(self.path)
            endpoint.keys.append(self.headers["Authorization"])
            reply = endpoint.reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.content) if reply.held is None else 10_000))
            self.end_headers()
            if reply.held is None:
                self.wfile.write(reply.content)
            else:
                _drip(self, reply.held)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint = RerankEndpoint(f"http://127.0.0.1:{server.server_port}", list(scripts))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def scoring(body: dict[str, Any]) -> Reply:
    """As Cohere answers, best first; the logit of a document is `word_logit`."""
    scores = [1 / (1 + math.exp(-word_logit(body["query"], text))) for text in body["documents"]]
    return results(scores)


def word_logit(question: str, text: str) -> float:
    """-11 where no word is shared, 2 more for each that is, and a little for the length."""
    shared = set(question.lower().split()) & set(text.lower().split())
    return -11.0 + 2.0 * len(shared) + (len(text) % 7) / 10


def results(scores: Sequence[float], **more: Any) -> Reply:
    found = [{"index": index, "relevance_score": score} for index, score in enumerate(scores)]
    found.sort(key=lambda result: -result["relevance_score"])
    return said({"id": "1", "results": found, "meta": {"api_version": {"version": "1"}}, **more})


def said(answer: Any) -> Reply:
    return Reply(content=json.dumps(answer).encode())


def always(reply: Reply) -> Script:
    return lambda _: reply


def _drip(handler: BaseHTTPRequestHandler, held: Event) -> None:
    try:
        while not held.wait(0.01):
            handler.wfile.write(b" ")
            handler.wfile.flush()
    except OSError:
        held.set()
