"""A small S3: lists a bucket in pages and sends objects, to whoever signs, as the protocol says."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

PAGE = 1_000
MODIFIED = 1_772_582_400  # 2026-03-04


@dataclass
class Bucket:
    """Objects by key; `failing` keys answer with that status, and "" stands for the list."""

    url: str = ""
    name: str = "handbook"
    key_id: str = "AKTEST"
    objects: dict[str, bytes] = field(default_factory=dict)
    failing: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def fetched(self) -> list[str]:
        """Keys whose bytes went out since the last look."""
        found = sorted(path for path in self.asked if path)
        self.asked.clear()
        return found


@contextmanager
def serving() -> Iterator[Bucket]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(self, bucket)

        do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    bucket = Bucket(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def etag(content: bytes) -> str:
    return f'"{hashlib.md5(content).hexdigest()}"'  # noqa: S324 - as S3 does


def _answer(handler: BaseHTTPRequestHandler, bucket: Bucket) -> None:
    parts = urlsplit(handler.path)
    name, _, key = unquote(parts.path).removeprefix("/").partition("/")
    failing = bucket.failing.get(key)
    if f"Credential={bucket.key_id}/" not in handler.headers.get("Authorization", ""):
        _fail(handler, 403, "AccessDenied")
    elif failing:
        _fail(handler, *failing)
    elif name != bucket.name:
        _fail(handler, 404, "NoSuchBucket")
    elif not key:
        _send(handler, 200, _listed(bucket, parse_qs(parts.query)), {"Content-Type": "application/xml"})
    elif key not in bucket.objects:
        _fail(handler, 404, "NoSuchKey")
    else:
        _object(handler, bucket, key)


def _object(handler: BaseHTTPRequestHandler, bucket: Bucket, key: str) -> None:
    content = bucket.objects[key]
    headers = {"ETag": etag(content), "Last-Modified": formatdate(MODIFIED, usegmt=True)}
    wanted = handler.headers.get("Range", "").removeprefix("bytes=")
    if handler.headers.get("If-Match") not in (None, etag(content)):
        _fail(handler, 412, "PreconditionFailed")
    elif wanted:
        first, _, last = wanted.partition("-")
        part = content[int(first) : int(last) + 1]
        bucket.asked.append(key)
        _send(handler, 206, part, {**headers, "Content-Range": f"bytes {first}-{last}/{len(content)}"})
    else:
        if handler.command == "GET":
            bucket.asked.append(key)
        _send(handler, 200, content, headers)


def _listed(bucket: Bucket, query: dict[str, list[str]]) -> bytes:
    """ListObjectsV2: the keys after the one that the token names."""
    prefix, token = query.get("prefix", [""])[0], query.get("continuation-token", [""])[0]
    after = b64decode(token).decode() if token else ""
    keys = sorted(key for key in bucket.objects if key.startswith(prefix) and key > after)
    page = keys[:PAGE]
    more = len(keys) > PAGE
    following = b64encode(page[-1].encode()).decode() if more else ""
    entries = "".join(_entry(key, bucket.objects[key]) for key in page)
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><ListBucketResult><Name>{bucket.name}</Name>"
        f"<EncodingType>url</EncodingType><KeyCount>{len(page)}</KeyCount><IsTruncated>{str(more).lower()}</IsTruncated>"
        f"<NextContinuationToken>{following}</NextContinuationToken>{entries}</ListBucketResult>"
    ).encode()


def _entry(key: str, content: bytes) -> str:
    return (
        f"<Contents><Key>{escape(quote(key))}</Key><LastModified>2026-03-04T00:00:00.000Z</LastModified>"
        f"<ETag>{escape(etag(content))}</ETag><Size>{len(content)}</Size></Contents>"
    )


def _fail(handler: BaseHTTPRequestHandler, status: int, code: str) -> None:
    body = f"<Error><Code>{code}</Code><Message>{code}: no.</Message></Error>".encode()
    _send(handler, status, body, {"Content-Type": "application/xml"})


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)
