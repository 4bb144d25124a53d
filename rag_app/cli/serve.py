"""`rag-app serve`: the HTTP service."""

from __future__ import annotations

import ipaddress
from typing import Annotated

import typer

APPLICATION = "api.server:create"  # by name: the service stands above this package


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: the setting.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port, 0 for a free one; default: the setting.")
    ] = None,
) -> None:
    """Serve search and chat over HTTP; /docs describes the interface.

    Example: rag-app serve --port 8000

    Then: curl -N localhost:8000/api/chat -H 'Content-Type: application/json'
    -d '{"question": "How do I reset my badge?", "stream": true}'
    """
    import uvicorn

    from rag_app.settings import load_settings
    from storage.errors import Permanent

    server = load_settings().server
    address = host or server.host
    if not server.allow_remote and not _is_this_machine(address):
        raise Permanent(
            f"{address} can be reached from other machines, and callers are not authenticated yet.",
            "Listen on 127.0.0.1 behind an authenticating proxy, or set RAG_APP_SERVER__ALLOW_REMOTE=true.",
        )
    wanted = server.port if port is None else port
    _check_free(address, wanted)
    uvicorn.run(APPLICATION, factory=True, host=address, port=wanted, server_header=False)


def _check_free(address: str, port: int) -> None:
    """Before the models are loaded; Permanent where nothing can listen there."""
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
