"""The re-ranker's service, asked by our own client over real HTTP and by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import numpy as np
import pytest
import uvicorn
from fastapi.testclient import TestClient
from numpy.typing import NDArray

from api.rerank_service import create_rerank_app
from rag_app.application.reranker import Reranker
from ranking.cross_encoder.cached import CachedCrossEncoder
from ranking.cross_encoder.guarded import GuardedCrossEncoder
from ranking.cross_encoder.memory_scores import MemoryScores
from ranking.cross_encoder.remote import RemoteCrossEncoder
from ranking.reranking import CrossEncoder
from storage.errors import Permanent

QUESTION = "how long is the notice period?"
DOCUMENTS = ["paris", "the notice period is three months", "a"]


class LengthScorer:
    """The text's length less ten: logits of both signs, and of a size that a cross-encoder has."""

    version = "length@1"

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        assert question
        return np.array([len(text) / 3 - 10 for text in texts], dtype=np.float32)


class BrokenScorer(LengthScorer):
    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return super().score(question, texts) * np.float32(np.nan)


class HeldScorer(LengthScorer):
    def __init__(self) -> None:
        self.begun, self.release = threading.Event(), threading.Event()

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.begun.set()
        self.release.wait()
        return super().score(question, texts)


def _works() -> str | None:
    return None


def _reranker(scorer: CrossEncoder, check: Callable[[], str | None] = _works) -> Reranker:
    cached = CachedCrossEncoder(GuardedCrossEncoder(scorer), MemoryScores(100_000))
    return Reranker(cached, check, waiting=lambda: 3, max_documents=4, close=lambda: None)


@contextmanager
def _client(
    scorer: CrossEncoder | None = None,
    *,
    api_key: str | None = None,
    max_waiting: int = 4,
    check: Callable[[], str | None] = _works,
) -> Iterator[TestClient]:
    reranker = _reranker(scorer or LengthScorer(), check)
    app = create_rerank_app(reranker, api_key=api_key, max_body_bytes=10_000, max_waiting=max_waiting)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def _asked(**fields: Any) -> dict[str, Any]:
    return {"model": "any", "query": QUESTION, "documents": DOCUMENTS, **fields}


@pytest.mark.parametrize("path", ["/v1/rerank", "/v2/rerank", "/rerank"])
def test_documents_come_best_first_with_the_logistic_of_their_logits(path: str) -> None:
    with _client() as client:
        answer = client.post(path, json=_asked()).json()
    assert answer["model"] == "length@1"
    assert [result["index"] for result in answer["results"]] == [1, 0, 2]
    logits = np.array([(len(DOCUMENTS[result["index"]]) / 3 - 10) for result in answer["results"]])
    scores = [result["relevance_score"] for result in answer["results"]]
    assert scores == pytest.approx((1 / (1 + np.exp(-logits))).tolist(), rel=1e-5)


def test_top_n_and_documents_as_objects_and_documents_sent_back() -> None:
    documents = [{"text": text, "title": "not read"} for text in DOCUMENTS]
    with _client() as client:
        asked = _asked(documents=documents, top_n=2, return_documents=True, max_chunks_per_doc=3)
        answer = client.post("/v1/rerank", json=asked).json()
    assert [result["document"] for result in answer["results"]] == [
        {"text": DOCUMENTS[1]},
        {"text": DOCUMENTS[0]},
    ]


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"query": "  "}, 422, "The query has 2 characters"),
        ({"query": "x" * 20_001}, 413, "10,000 bytes"),
        ({"documents": []}, 422, "There are 0 documents. Send 1 to 4"),
        ({"documents": ["a"] * 5}, 422, "There are 5 documents"),
        ({"documents": "a"}, 422, "documents"),
        ({"top_n": 0}, 422, "top_n"),
    ],
)
def test_bad_input_is_told(fields: dict[str, Any], status: int, words: str) -> None:
    with _client() as client:
        response = client.post("/v1/rerank", json=_asked(**fields))
    assert response.status_code == status
    assert words in response.json()["detail"]


def test_with_a_key_only_who_has_it_is_served() -> None:
    with _client(api_key="s3cret") as client:
        refused = [
            client.post("/v1/rerank", json=_asked(), headers=headers)
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "s3cret"})
        ]
        served = client.post("/v1/rerank", json=_asked(), headers={"Authorization": "Bearer s3cret"})
        health = [client.get(path).status_code for path in ("/livez", "/readyz", "/metrics")]
    assert [response.status_code for response in refused] == [401, 401, 401]
    assert served.status_code == 200
    assert health == [200, 200, 200]


def test_scores_that_are_not_finite_are_an_error_and_no_json() -> None:
    with _client(BrokenScorer()) as client:
        response = client.post("/v1/rerank", json=_asked())
    assert response.status_code == 500
    assert "score nan" in response.json()["detail"]


def test_health_names_the_model_and_tells_what_is_not_as_it_should_be() -> None:
    def broken() -> str | None:
        raise Permanent("The file is gone.")

    with _client(check=lambda: "It was replaced on disk.") as client:
        replaced = client.get("/readyz")
    with _client(check=broken) as client:
        gone = client.get("/readyz")
        assert client.get("/livez").json() == {"status": "alive"}
    ready = {"status": "ready", "model": "length@1", "detail": "It was replaced on disk."}
    assert (replaced.status_code, replaced.json()) == (200, ready)
    assert (gone.status_code, gone.json()["status"], gone.json()["detail"]) == (
        503,
        "not ready",
        "The file is gone.",
    )


def test_metrics_count_requests_pairs_time_queue_and_cache() -> None:
    with _client() as client:
        client.post("/v1/rerank", json=_asked())
        client.post("/v1/rerank", json=_asked())
        client.post("/v1/rerank", json=_asked(documents=[]))
        lines = client.get("/metrics").text.splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert values['rag_app_rerank_requests_total{status="200"}'] == "2.0"
    assert values['rag_app_rerank_requests_total{status="422"}'] == "1.0"
    assert values["rag_app_rerank_pairs_total"] == "6.0"
    assert values["rag_app_rerank_seconds_count"] == "2.0"
    assert values["rag_app_rerank_queue_length"] == "3.0"
    assert values["rag_app_rerank_cache_hits_total"] == "3.0"
    assert values["rag_app_rerank_cache_misses_total"] == "3.0"


def test_more_requests_than_may_wait_are_turned_away() -> None:
    scorer = HeldScorer()
    with _client(scorer, max_waiting=1) as client:
        first: list[int] = []
        asking = threading.Thread(
            target=lambda: first.append(client.post("/v1/rerank", json=_asked()).status_code)
        )
        asking.start()
        assert scorer.begun.wait(10)
        second = client.post("/v1/rerank", json=_asked())
        scorer.release.set()
        asking.join()
    assert (second.status_code, "Retry-After" in second.headers) == (503, True)
    assert first == [200]


@contextmanager
def _listening(reranker: Reranker) -> Iterator[str]:
    app = create_rerank_app(reranker, api_key="k", max_body_bytes=1_000_000, max_waiting=4)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    ready = threading.Event()
    startup = server.startup

    async def announced(*arguments: Any, **options: Any) -> None:
        await startup(*arguments, **options)
        ready.set()

    server.startup = announced  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    assert ready.wait(30)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def test_a_score_through_the_service_is_that_in_process() -> None:
    texts = ["", "a" * 3, "b" * 30, "c" * 60, "d" * 90]  # logits from -10 to 20
    here = LengthScorer().score(QUESTION, texts)
    reranker = Reranker(
        CachedCrossEncoder(LengthScorer(), MemoryScores(0)), _works, lambda: 0, 100, lambda: None
    )
    with _listening(reranker) as url:
        remote = RemoteCrossEncoder(url, "any", "k")
        there = remote.score(QUESTION, texts)
        assert httpx.get(f"{url}/readyz").json()["model"] == "length@1"
        remote.close()
    assert np.abs(here - there).max() < 1e-4
    assert remote.version.startswith("length@1 at 127.0.0.1:")
