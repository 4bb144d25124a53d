"""What `/metrics` of the re-ranker's service tells Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from rag_app.application.reranker import Reranker

SECONDS = (0.005, 0.015, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 30.0)


class RerankMetrics:
    """A registry of its own: two services in one process count apart."""

    def __init__(self, reranker: Reranker) -> None:
        self._registry = registry = CollectorRegistry()
        registry.register(_OfReranker(reranker))
        requests = "Requests by HTTP status."
        self.requests = Counter("rag_app_rerank_requests", requests, ["status"], registry=registry)
        pairs = "Pairs of question and document that were asked for."
        self.pairs = Counter("rag_app_rerank_pairs", pairs, registry=registry)
        seconds = "Time of a request that was answered."
        self.seconds = Histogram("rag_app_rerank_seconds", seconds, registry=registry, buckets=SECONDS)

    def text(self) -> bytes:
        return generate_latest(self._registry)


class _OfReranker(Collector):
    """Read at the moment of asking."""

    def __init__(self, reranker: Reranker) -> None:
        self._reranker = reranker

    def collect(self) -> Iterator[Metric]:
        scorer = self._reranker.scorer
        waiting = "Pairs that no worker has begun."
        yield GaugeMetricFamily("rag_app_rerank_queue_length", waiting, self._reranker.waiting())
        yield CounterMetricFamily("rag_app_rerank_cache_hits", "Pairs looked up.", scorer.looked_up)
        yield CounterMetricFamily("rag_app_rerank_cache_misses", "Pairs computed.", scorer.computed)
