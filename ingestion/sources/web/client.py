"""HTTP with nothing followed and nobody trusted: the address that was checked is the one connected to."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore
import httpx

from ingestion.sources.addresses import Network, reachable
from storage.errors import Permanent, Transient

PIECE_BYTES = 1 << 16
SLOWEST = 10  # times the time-out, for a whole page


class Unanswered(Transient):
    """A page that did not come; it may another time."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url} cannot be read: {why}.", "Try again later.")


class Refused(Permanent):
    """A page that its server keeps from us, or sends us away from; that it is gone is not said."""


@dataclass(frozen=True)
class Response:
    """Headers by lower-case name; `pieces` is the body, read while it is asked for."""

    url: str
    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]


class Client:
    """GET alone. `clock` gives seconds; each read may take `timeout_seconds`, a page ten times that."""

    def __init__(
        self,
        networks: Sequence[Network],
        timeout_seconds: float,
        user_agent: str,
        clock: Callable[[], float],
    ) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            network_backend=_Pinned(networks),
            max_connections=2,
            keepalive_expiry=30.0,
        )
        self._timeout = timeout_seconds
        self._user_agent = user_agent
        self._clock = clock

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Iterator[Response]:
        """Raises Unanswered; InvalidInput for an address that may not be reached."""
        sent = {
            "User-Agent": self._user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            **(headers or {}),
        }
        limits = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout)
        end = self._clock() + SLOWEST * self._timeout
        with (
            _told(url),
            self._pool.stream(
                "GET", url, headers=list(sent.items()), extensions={"timeout": limits}
            ) as found,
        ):
            answered = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in found.headers
            }
            pieces = self._pieces(url, found.iter_stream(), answered.get("content-encoding", ""), end)
            yield Response(url, found.status, answered, pieces)

    def _pieces(self, url: str, stream: Iterable[bytes], encoding: str, end: float) -> Iterator[bytes]:
        with _told(url):
            for piece in decoded(stream, encoding, url):
                if self._clock() > end:
                    raise Unanswered(url, f"it takes longer than {SLOWEST * self._timeout:.0f} s")
                yield piece


class _Pinned(httpcore.NetworkBackend):
    """Looks a host up once, checks every address, and connects to one of those."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = networks
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        *others, last = reachable(host, port, self._networks)
        for address in others:
            try:
                return self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._backend.connect_tcp(last, port, timeout, local_address, socket_options)


def decoded(stream: Iterable[bytes], encoding: str, url: str) -> Iterator[bytes]:
    """The body as it was before its transfer, in pieces of bounded size; servers compress unasked."""
    if encoding.lower() in ("", "identity"):
        yield from stream
        return
    if encoding.lower() not in ("gzip", "x-gzip", "deflate"):
        raise Unanswered(url, f"its server sends it as {encoding[:40]!r}")
    unpacking = zlib.decompressobj(wbits=47)
    for piece in stream:
        rest = piece
        while rest:
            try:
                yield unpacking.decompress(rest, PIECE_BYTES)
            except zlib.error as error:
                raise Unanswered(url, f"it is not packed as its server says ({error})") from error
            rest = unpacking.unconsumed_tail
    if not unpacking.eof:
        raise Unanswered(url, "it ends too early")


@contextmanager
def _told(url: str) -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise Unanswered(url, "its server does not answer in time") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise Unanswered(url, str(error)[:200] or type(error).__name__) from error
