"""The re-ranker as a service: `POST /v1/rerank` in the shape of Cohere and Jina, health and metrics."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.body_limit import BodyLimit
from api.errors import add_error_handlers
from api.request_id import RequestId
from api.rerank_metrics import RerankMetrics
from api.rerank_shapes import RerankRequest, RerankResponse, response
from api.routes.health import livez
from rag_app import __version__
from rag_app.application.reranker import Reranker
from rag_app.bootstrap.reranker import open_reranker
from rag_app.problems import Transient
from rag_app.settings import load_settings

MEGABYTE = 1_000_000
router = APIRouter()


def create() -> FastAPI:
    """Factory for an ASGI server; Problems of the set-up are raised here, before anything listens."""
    settings = load_settings()
    server = settings.rerank_server
    key = server.api_key.get_secret_value() if server.api_key else None
    return create_rerank_app(
        open_reranker(settings),
        api_key=key,
        max_body_bytes=server.max_body_megabytes * MEGABYTE,
        max_waiting=server.max_waiting,
    )


def create_rerank_app(
    reranker: Reranker, *, api_key: str | None, max_body_bytes: int, max_waiting: int
) -> FastAPI:
    """The app owns `reranker` and closes it; more than `max_waiting` requests at a time are turned away."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(app.state.service.close)

    summary = "Passages scored for a question by a cross-encoder"
    app = FastAPI(lifespan=lifespan, title="rag-app re-ranker", version=__version__, summary=summary)
    app.state.service = RerankService(reranker, api_key, max_waiting)
    app.include_router(router)
    app.add_api_route("/livez", livez, tags=["health"])
    add_error_handlers(app)
    app.add_middleware(BodyLimit, max_bytes=max_body_bytes)
    app.middleware("http")(_counted)
    app.add_middleware(RequestId)
    return app


class RerankService:
    """Requests of all clients, each in a thread of its own, so that the pairs take turns in one queue."""

    def __init__(self, reranker: Reranker, api_key: str | None, max_waiting: int) -> None:
        self.reranker = reranker
        self.metrics = RerankMetrics(reranker)
        self._api_key = api_key
        self._max_waiting = max_waiting
        self._threads = ThreadPoolExecutor(max_waiting, thread_name_prefix="rerank")
        self._running = 0

    def close(self) -> None:
        self.reranker.close()
        self._threads.shutdown()

    def authorise(self, header: str) -> None:
        if self._api_key is None:
            return
        if not hmac.compare_digest(header.encode(), f"Bearer {self._api_key}".encode()):
            raise HTTPException(401, "The key is missing or wrong", {"WWW-Authenticate": "Bearer"})

    async def rerank(self, request: RerankRequest) -> RerankResponse:
        """Raises Transient where too many wait already."""
        if self._running >= self._max_waiting:
            raise Transient(f"{self._running} requests are being answered already.", "Ask again later.")
        self._running += 1
        started = perf_counter()
        try:
            work = partial(self.reranker.rerank, request.query, request.texts, request.top_n)
            ranked = await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._running -= 1
        self.metrics.pairs.inc(len(request.documents))
        self.metrics.seconds.observe(perf_counter() - started)
        return response(ranked, request, self.reranker.version)


def service(request: Request) -> RerankService:
    found: RerankService = request.app.state.service
    found.authorise(request.headers.get("Authorization", ""))
    return found


@router.post("/v1/rerank", tags=["rerank"])
@router.post("/v2/rerank", tags=["rerank"])
@router.post("/rerank", include_in_schema=False)
async def rerank(
    request: RerankRequest, served: Annotated[RerankService, Depends(service)]
) -> RerankResponse:
    """Score documents for a query, best first; a score is the logistic function of the model's logit."""
    return await served.rerank(request)


@router.get("/readyz", tags=["health"])
async def readyz(request: Request) -> JSONResponse:
    """Whether the model answers now, and which one it is."""
    served: RerankService = request.app.state.service
    check = await asyncio.to_thread(served.reranker.readiness)
    body = {"status": "ready" if check.ready else "not ready", "model": served.reranker.version}
    detail = {"detail": check.detail} if check.detail else {}
    return JSONResponse({**body, **detail}, 200 if check.ready else 503)


@router.get("/metrics", tags=["health"])
async def metrics(request: Request) -> Response:
    """For Prometheus."""
    served: RerankService = request.app.state.service
    return Response(served.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


async def _counted(request: Request, call_next: Callable[[Request], object]) -> Response:
    answered: Response = await call_next(request)  # type: ignore[misc]
    if request.url.path.endswith("/rerank"):
        request.app.state.service.metrics.requests.labels(answered.status_code).inc()
    return answered
