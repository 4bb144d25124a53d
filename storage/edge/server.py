"""The engine's loop: many connections, one thread, searches before writes.

More threads would bring nothing, since Edge holds the interpreter's lock through every call.
"""

from __future__ import annotations

import contextlib
import selectors
import signal
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from storage.edge.store import READS, Store
from storage.edge.wire import Inbox, Message, pack

_RECEIVE_BYTES = 256 * 1024
_FLUSH_AFTER_QUIET_SECONDS = 1.0
_FLUSH_AT_LATEST_SECONDS = 30.0


@dataclass(eq=False)
class Peer:
    """One connected client."""

    socket: socket.socket
    inbox: Inbox = field(default_factory=Inbox)
    outbox: bytearray = field(default_factory=bytearray)


Request = tuple[Peer, Message, bytes]


class Server:
    """Answers until `idle_seconds` have passed without a connection, or until it is told to stop.

    After `rest_seconds` without a message the store is optimized. `clock` counts seconds.
    """

    def __init__(
        self,
        listener: socket.socket,
        store: Store,
        idle_seconds: float,
        rest_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._listener = listener
        self._store = store
        self._idle_seconds = idle_seconds
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._peers: set[Peer] = set()
        self._reads: deque[Request] = deque()
        self._writes: deque[Request] = deque()
        self._last_message = self._last_peer = self._last_flush = clock()
        self._stopped = False
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Between two writes every waiting search is answered, so a search waits for one slice at most."""
        wake, woken = socket.socketpair()
        with wake, woken, self._listener, self._selector:
            self._listen_to_signals(wake)
            self._listener.setblocking(False)
            self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
            self._selector.register(woken, selectors.EVENT_READ, self._stop)
            while not self._stopped:
                self._receive()
                while self._reads:
                    self._answer(self._reads.popleft())
                if self._writes:
                    self._answer(self._writes.popleft())
                self._do_duties()
            for peer in list(self._peers):
                self._drop(peer)

    def _listen_to_signals(self, wake: socket.socket) -> None:
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)

    def _stop(self) -> None:
        self._stopped = True

    def _receive(self) -> None:
        waiting = bool(self._writes)
        for key, mask in self._selector.select(0 if waiting else self._until_next_duty()):
            if callable(key.data):
                key.data()
                continue
            if mask & selectors.EVENT_WRITE:
                self._send(key.data)
            if mask & selectors.EVENT_READ:
                self._read(key.data)

    def _until_next_duty(self) -> float | None:
        now = self._clock()
        duties = []
        if not self._peers:
            duties.append(self._last_peer + self._idle_seconds - now)
        if self._store.unflushed:
            duties.append(self._last_message + _FLUSH_AFTER_QUIET_SECONDS - now)
        if self._store.changed:
            duties.append(self._last_message + self._rest_seconds - now)
        return max(0.0, min(duties)) if duties else None

    def _do_duties(self) -> None:
        now = self._clock()
        quiet = 0.0 if self._writes else now - self._last_message
        overdue = now - self._last_flush >= _FLUSH_AT_LATEST_SECONDS
        if self._store.unflushed and (overdue or quiet >= _FLUSH_AFTER_QUIET_SECONDS):
            self._store.flush()
            self._last_flush = self._clock()
        elif self._store.changed and quiet >= self._rest_seconds:
            self._store.optimize()
        elif not self._peers and now >= self._last_peer + self._idle_seconds:
            self._stop()

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            connection, _ = self._listener.accept()
            connection.setblocking(False)
            peer = Peer(connection)
            self._peers.add(peer)
            self._selector.register(connection, selectors.EVENT_READ, peer)

    def _drop(self, peer: Peer) -> None:
        if peer in self._peers:
            self._peers.remove(peer)
            self._selector.unregister(peer.socket)
            peer.socket.close()
            self._last_peer = self._clock()

    def _read(self, peer: Peer) -> None:
        try:
            received = peer.socket.recv(_RECEIVE_BYTES)
            if not received:
                self._drop(peer)
                return
            peer.inbox.feed(received)
            while (arrived := peer.inbox.next()) is not None:
                message, numbers = arrived
                queue = self._reads if message["op"] in READS else self._writes
                queue.append((peer, message, numbers))
                self._last_message = self._clock()
        except BlockingIOError:
            return
        except (OSError, ValueError, KeyError, TypeError):
            self._drop(peer)

    def _answer(self, request: Request) -> None:
        peer, message, numbers = request
        if peer in self._peers:
            peer.outbox += pack(self._store.answer(message, numbers))
            self._send(peer)

    def _send(self, peer: Peer) -> None:
        try:
            while peer.outbox:
                del peer.outbox[: peer.socket.send(peer.outbox)]
        except BlockingIOError:
            self._selector.modify(peer.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, peer)
            return
        except OSError:
            self._drop(peer)
            return
        self._selector.modify(peer.socket, selectors.EVENT_READ, peer)
