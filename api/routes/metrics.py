"""`/metrics`: what the process has counted, for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from starlette.responses import Response

from rag_app.application import Application

router = APIRouter(tags=["health"])


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Hits and misses of the caches, and whether the re-ranker is left alone."""
    return Response(exposition(request.app.state.application), media_type="text/plain; version=0.0.4")


def exposition(application: Application) -> bytes:
    """Prometheus's text format, read at this moment."""

    class Counters:
        def collect(self) -> list[CounterMetricFamily | GaugeMetricFamily]:
            return [
                (CounterMetricFamily if name.endswith(("hits", "misses")) else GaugeMetricFamily)(
                    f"rag_app_{name}", name.replace("_", " ").capitalize() + ".", value
                )
                for name, value in application.counters().items()
            ]

    registry = CollectorRegistry()
    registry.register(Counters())
    return generate_latest(registry)
