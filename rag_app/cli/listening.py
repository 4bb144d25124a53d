"""Where services may listen, looked at before anything heavy is loaded."""

from __future__ import annotations

import ipaddress


def check_address(address: str, port: int, *, allow_remote: bool, setting: str) -> None:
    """Permanent where others can reach it and `setting` forbids that, or where nothing can listen."""
    from storage.errors import Permanent

    if not allow_remote and not _is_this_machine(address):
        raise Permanent(
            f"{address} can be reached from other machines, and callers are not authenticated yet.",
            f"Listen on 127.0.0.1 behind an authenticating proxy, or set {setting}=true.",
        )
    _check_free(address, port)


def _check_free(address: str, port: int) -> None:
    import socket

    from storage.errors import Permanent

    try:
        family, kind, protocol, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            probe.listen()
    except OSError as error:
        raise Permanent(
            f"Nothing can listen on {address}, port {port}: {error.strerror}.",
            "End what listens there, or choose others with --host and --port (0 for any free port).",
        ) from error


def _is_this_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
