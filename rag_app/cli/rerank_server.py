"""`rag-app rerank-server`: the cross-encoder as a service of its own."""

from __future__ import annotations

from typing import Annotated

import typer

APPLICATION = "api.rerank_service:create"  # by name: the service stands above this package


def rerank_server(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: the setting.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port, 0 for a free one; default: the setting.")
    ] = None,
) -> None:
    """Serve the cross-encoder over HTTP, in the shape of Cohere's and Jina's `/v1/rerank`.

    Example: rag-app rerank-server --port 8001

    Then, for those who use it: RAG_APP_RERANKER__URL=http://127.0.0.1:8001
    """
    import uvicorn

    from rag_app.cli.listening import check_address
    from rag_app.settings import load_settings

    server = load_settings().rerank_server
    address, wanted = host or server.host, server.port if port is None else port
    setting = "RAG_APP_RERANK_SERVER__ALLOW_REMOTE"
    check_address(address, wanted, allow_remote=server.allow_remote, setting=setting)
    uvicorn.run(APPLICATION, factory=True, host=address, port=wanted, server_header=False)
