"""A real HTTP server on loopback that answers chat completions by script: well, wrongly, or half."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


class ScriptedEndpoint:
    """Gives its answers in turn, the last one again and again; keeps what it was asked."""

    def __init__(self, port: int, answers: Sequence[Answer]) -> None:
        self.base_url = f"http://127.0.0.1:{port}/v1"
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self._answers = list(answers)

    def next_answer(self) -> Answer:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@contextmanager
def scripted_endpoint(*answers: Answer) -> Iterator[ScriptedEndpoint]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            endpoint.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            endpoint.keys.append(self.headers["Authorization"])
            endpoint.next_answer()(self)

        def end_headers(self) -> None:
            # Announced: a client that would use the connection again meets the closed end, now and then.
            self.send_header("Connection", "close")
            super().end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint = ScriptedEndpoint(server.server_port, answers)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def status(code: int, error: dict[str, Any] | None = None, **headers: str) -> Answer:
    """An error in OpenAI's shape."""
    return body(code, json.dumps({"error": error or {"message": "sk-secret went wrong"}}).encode(), **headers)


def body(code: int, content: bytes, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    return answer


def events(*data: object, done: bool = True) -> Answer:
    """A stream of server-sent events; objects are sent as JSON, strings as they are."""
    lines = [item if isinstance(item, str) else json.dumps(item) for item in data]
    content = "".join(f"data: {line}\n\n" for line in [*lines, *(["[DONE]"] if done else [])])
    return body(200, content.encode(), Content_Type="text/event-stream")


def half(*data: object) -> Answer:
    """The same, chunked, and the connection closed where more was announced."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        _begin(request)
        for item in data:
            _send(request, f"data: {json.dumps(item)}\n\n")

    return answer


def endless(item: object, gone: Event) -> Answer:
    """The same event until the client has gone; then `gone` is set."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        _begin(request)
        try:
            while not gone.wait(0.002):
                _send(request, f"data: {json.dumps(item)}\n\n")
        except OSError:
            gone.set()

    return answer


def counting(gone: Event) -> Answer:
    """Ever new words until the client has gone; then `gone` is set."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        _begin(request)
        number = 0
        try:
            while not gone.wait(0.002):
                number += 1
                _send(request, f"data: {json.dumps(delta(f'{number} '))}\n\n")
        except OSError:
            gone.set()

    return answer


def keep_alive(released: Event) -> Answer:
    """Comments that keep the connection alive, and never a word, until `released`."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        _begin(request)
        try:
            while not released.wait(0.02):
                _send(request, ": still thinking\n\n")
        except OSError:
            released.set()

    return answer


def delta(text: str | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """A chunk of a chat completion."""
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [
            {"index": 0, "delta": {"content": text} if text is not None else {}, "finish_reason": finish}
        ],
        **more,
    }


def _begin(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Type", "text/event-stream")
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()


def _send(request: BaseHTTPRequestHandler, text: str) -> None:
    data = text.encode()
    request.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    request.wfile.flush()
