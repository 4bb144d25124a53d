"""How a client talks to the engine: a small pool of connections, and an engine started where none answers."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from typing import Any

from storage.edge.folder import EngineFolder
from storage.edge.wire import PROTOCOL, Inbox, Message, pack, problem_from_message
from storage.errors import Permanent, Transient

_ATTEMPTS = 5
_KEPT_CONNECTIONS = 8
_RECEIVE_BYTES = 256 * 1024


class _Connection:
    """One conversation, used by one thread at a time. A ConnectionError says that the engine has gone."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._inbox = Inbox()

    def exchange(self, frame: bytes) -> Message:
        self._socket.sendall(frame)
        while (arrived := self._inbox.next()) is None:
            received = self._socket.recv(_RECEIVE_BYTES)
            if not received:
                raise ConnectionResetError("the engine closed the connection")
            self._inbox.feed(received)
        return arrived[0]

    def close(self) -> None:
        self._socket.close()


class Channel:
    """Safe for threads: each call borrows a connection of its own. `timeout` in seconds, for each answer.

    `launch` starts an engine and returns when one serves; `explain` says why one has gone.
    """

    def __init__(
        self,
        folder: EngineFolder,
        launch: Callable[[], None],
        explain: Callable[[], Permanent],
        timeout: float,
    ) -> None:
        self._folder = folder
        self._launch = launch
        self._explain = explain
        self._timeout = timeout
        self._idle: list[_Connection] = []
        self._guard = threading.Lock()
        self._opening = threading.Lock()
        self._owner = os.getpid()

    def call(self, message: Message, numbers: bytes = b"") -> Any:
        """The engine's answer. Repeated when the engine has gone, since every operation may be done twice."""
        frame = pack(message, numbers)
        failure: OSError | None = None
        for _ in range(_ATTEMPTS):
            try:
                return self._once(frame)
            except (TimeoutError, BlockingIOError) as error:
                raise self._silence() from error
            except (ConnectionError, FileNotFoundError) as error:
                failure = error
                self.close()
            except OSError as error:
                raise Permanent(
                    f"The vector store in {self._folder.path} cannot be reached: {error.strerror}.",
                    "Run as the user who owns the folder, or set another data folder.",
                ) from error
        raise self._explain() from failure

    def _once(self, frame: bytes) -> Any:
        connection = self._borrow()
        try:
            reply = connection.exchange(frame)
        except BaseException:
            connection.close()
            raise
        self._give_back(connection)
        if "problem" in reply:
            raise problem_from_message(reply["problem"])
        return reply["ok"]

    def _borrow(self) -> _Connection:
        with self._guard:
            if self._owner != os.getpid():  # after a fork the connections are the parent's
                self._idle, self._owner = [], os.getpid()
            if self._idle:
                return self._idle.pop()
        with self._opening:  # of many threads that find no engine, one starts it
            connection = _Connection(self._connected())
        self._greet(connection)
        return connection

    def _connected(self) -> socket.socket:
        try:
            return self._folder.connect(self._timeout)
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            self._launch()
            return self._folder.connect(self._timeout)

    def _greet(self, connection: _Connection) -> None:
        try:
            engine = connection.exchange(pack({"op": "hello"}))["ok"]
        except BaseException:
            connection.close()
            raise
        if engine["protocol"] != PROTOCOL:
            connection.close()
            raise Permanent(
                f"Process {engine['pid']} serves {self._folder.path} for another version of this program.",
                "Stop the programs of the other version, or end that process, and try again.",
            )

    def _give_back(self, connection: _Connection) -> None:
        with self._guard:
            if len(self._idle) < _KEPT_CONNECTIONS:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Closes the idle connections; a later call opens new ones."""
        with self._guard:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _silence(self) -> Transient:
        return Transient(
            f"The embedded vector store (process {self._folder.holder()}) "
            f"has not answered for {self._timeout:g} s.",
            "Try again; if it stays silent, end that process: nothing that was acknowledged is lost.",
        )
