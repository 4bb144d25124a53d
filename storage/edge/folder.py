"""The engine's folder: who may enter, who holds it, and where its socket listens."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import Permanent

# The kernel keeps 108 bytes for a socket's path, the closing zero among them (104 on macOS).
LONGEST_SOCKET_PATH = 103


class EngineFolder:
    """Paths and doors of the folder at `path`; nothing is touched before a method is called."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.collections = self.path / "collections"
        self.log = self.path / "engine.log"
        self._socket = self.path / "engine.sock"
        self._lock = self.path / "engine.lock"
        self._listening_at: tuple[int, int] | None = None

    def prepare(self) -> None:
        """Makes the folder for its owner alone; Permanent where that is impossible."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
            self.collections.mkdir(mode=0o700, exist_ok=True)
            if not os.access(self.path, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            raise Permanent(
                f"The vector store cannot use the folder {self.path}: {error.strerror}.",
                "Make it writable for this user, or set another data folder.",
            ) from error

    def lock(self) -> int | None:
        """Holds the folder until the returned descriptor is closed; None where another process holds it."""
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:
            os.close(descriptor)
            raise
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        return descriptor

    def holder(self) -> int | None:
        """The process that holds, or last held, the folder."""
        try:
            return int(self._lock.read_text())
        except (OSError, ValueError):
            return None

    def listen(self) -> socket.socket:
        """A listening socket for the owner alone; only the holder of the lock may call this.

        One left by a killed engine would block the address.
        """
        self._socket.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        previous = os.umask(0o177)
        try:
            with self._address() as address:
                listener.bind(address)
        finally:
            os.umask(previous)
        listener.listen(128)
        self._listening_at = self._socket_file()
        return listener

    def remove_socket(self) -> None:
        """Removes what `listen` made, not what another engine made since the folder was deleted."""
        if self._listening_at and self._socket_file() == self._listening_at:
            self._socket.unlink(missing_ok=True)

    def _socket_file(self) -> tuple[int, int] | None:
        try:
            status = self._socket.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def connect(self, timeout: float) -> socket.socket:
        """FileNotFoundError or ConnectionRefusedError where no engine listens."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            with self._address() as address:
                connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection

    @contextmanager
    def _address(self) -> Iterator[str]:
        """The socket's path, by way of the folder's descriptor where the path itself is too long."""
        if len(os.fsencode(self._socket)) <= LONGEST_SOCKET_PATH:
            yield str(self._socket)
            return
        if not Path("/proc/self/fd").is_dir():
            raise Permanent(
                f"The folder {self.path} is too deep for the vector store's socket.",
                f"Set a data folder whose path has fewer than {LONGEST_SOCKET_PATH - 12} bytes.",
            )
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield f"/proc/self/fd/{descriptor}/{self._socket.name}"
        finally:
            os.close(descriptor)
