"""`rag-app serve`: the HTTP service."""

from __future__ import annotations

from typing import Annotated

import typer

APPLICATION = "api.server:create"  # by name: the service stands above this package
SECONDS_TO_END = 10  # for answers that are being written; whoever follows a job would never end


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
    import os

    import uvicorn

    from rag_app.cli.listening import check_address
    from rag_app.settings import load_settings

    server = load_settings().server
    address, wanted = host or server.host, server.port if port is None else port
    setting = "RAG_APP_SERVER__ALLOW_REMOTE"
    check_address(address, wanted, allow_remote=server.allow_remote, setting=setting)
    os.environ["RAG_APP_SERVER__HOST"] = address  # the application is told by its settings where it listens
    uvicorn.run(
        APPLICATION,
        factory=True,
        host=address,
        port=wanted,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_END,
    )
