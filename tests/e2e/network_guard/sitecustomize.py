"""On the PYTHONPATH of a process, it records and refuses every attempt to leave this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _stays(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _refuse(what: str) -> None:
    with Path(os.environ["NETWORK_GUARD_LOG"]).open("a") as log:
        log.write(f"{what}\n")
    raise ConnectionRefusedError(f"the network guard refuses {what}")


def _guarded(name: str) -> Callable[..., Any]:
    allowed = getattr(socket.socket, name)

    def call(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _stays(address[0]):
            _refuse(f"{name} {address}")
        return allowed(self, *arguments)

    return call


def _guarded_lookup(host: Any, *arguments: Any, **named: Any) -> Any:
    if not _stays(host):
        _refuse(f"getaddrinfo {host}")
    return _lookup(host, *arguments, **named)


_lookup = socket.getaddrinfo
socket.getaddrinfo = _guarded_lookup
for _name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, _name, _guarded(_name))
