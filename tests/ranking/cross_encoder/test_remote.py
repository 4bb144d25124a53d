"""A re-ranker over HTTP that answers well, wrongly, slowly or not at all."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import numpy as np
import pytest

from ranking.cross_encoder import remote_answers
from ranking.cross_encoder.remote import RemoteCrossEncoder, endpoint
from storage.errors import Permanent, Problem, Transient
from tests.contract_scorers.rerank_endpoint import (
    Reply,
    RerankEndpoint,
    Script,
    always,
    rerank_endpoint,
    results,
    said,
    scoring,
    word_logit,
)

QUESTION = "how long is the notice period?"
TEXTS = ["the notice period is long", "paris", "how"]


@contextmanager
def _remote(*scripts: Script, **options: Any) -> Iterator[tuple[RemoteCrossEncoder, RerankEndpoint]]:
    with rerank_endpoint(*scripts) as served:
        remote = RemoteCrossEncoder(served.url, "rerank-v9", "secret-key", **options)
        try:
            yield remote, served
        finally:
            remote.close()


def test_probabilities_become_the_logits_that_they_come_from() -> None:
    with _remote(scoring) as (remote, served):
        scores = remote.score(QUESTION, TEXTS)
    assert scores.tolist() == pytest.approx([word_logit(QUESTION, text) for text in TEXTS], abs=1e-5)
    assert served.bodies == [
        {
            "model": "rerank-v9",
            "query": QUESTION,
            "documents": TEXTS,
            "top_n": 3,
            "return_documents": False,
        }
    ]
    assert served.paths == ["/v1/rerank"]
    assert served.keys == ["Bearer secret-key"]


def test_jina_s_shape_is_read_and_names_the_model() -> None:
    found = {"index": 0, "relevance_score": 0.75, "document": {"text": "paris"}}
    answer = {"model": "jina-v3", "usage": {"total_tokens": 9}, "results": [found]}
    with _remote(always(said(answer))) as (remote, _):
        assert remote.version.startswith("rerank-v9 at 127.0.0.1:")
        assert remote.score(QUESTION, ["paris"])[0] == pytest.approx(math.log(3), abs=1e-6)
        assert remote.version.startswith("jina-v3 at 127.0.0.1:")


def test_certainties_have_the_last_finite_logit() -> None:
    with _remote(always(results([0.0, 1.0]))) as (remote, _):
        low, high = remote.score(QUESTION, ["a", "b"])
    assert (low, high) == (pytest.approx(-36.7, abs=0.1), pytest.approx(36.7, abs=0.1))


def test_raw_logits_are_taken_as_they_are_where_that_was_set_and_refused_where_not() -> None:
    raw = always(results([7.25, -3.5]))
    with _remote(raw, scale="logit") as (remote, _):
        assert remote.score(QUESTION, ["a", "b"]).tolist() == [7.25, -3.5]
    with (
        _remote(raw) as (remote, _),
        pytest.raises(Permanent, match=r"7\.25, which is not from 0 to 1.*SCORES=logit"),
    ):
        remote.score(QUESTION, ["a", "b"])


NAN = Reply(content=b'{"results": [{"index": 0, "relevance_score": NaN}]}')
INFINITE = Reply(content=b'{"results": [{"index": 0, "relevance_score": -Infinity}]}')


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (results([]), Permanent, "0 results for 1 documents"),
        (results([0.1, 0.2]), Permanent, "2 results for 1 documents"),
        (said({"results": [{"index": 1, "relevance_score": 0.5}]}), Permanent, "index 1 among 1"),
        (said({"results": [{"index": -1, "relevance_score": 0.5}]}), Permanent, "index -1 among 1"),
        (said({"results": [{"index": True, "relevance_score": 0.5}]}), Permanent, "without index"),
        (said({"results": [{"index": 0, "score": 0.5}]}), Permanent, "without index and relevance_score"),
        (said({"results": [{"index": 0, "relevance_score": "0.5"}]}), Permanent, "without index"),
        (said({"results": [7]}), Permanent, "without index"),
        (NAN, Permanent, "score nan, which is no finite number"),
        (INFINITE, Permanent, "score -inf"),
        (said({"results": [{"index": 0, "relevance_score": 10**400}]}), Permanent, "no finite number"),
        (said([0.5]), Permanent, "no list of results"),
        (said({"scores": [0.5]}), Permanent, "no list of results"),
        (Reply(content=b"<html>Bad gateway</html>"), Permanent, "no JSON"),
        (Reply(content=b"\xff\xfe"), Permanent, "no JSON"),
        (Reply(content=b"[" * 100_000), Permanent, "no JSON"),
        (Reply(content=b" " * 4_000_001), Permanent, "more than 4,000,000 bytes"),
        (Reply(500, b"boom"), Transient, r"answered 500\. Ask again later\. It said: boom"),
        (Reply(503, b""), Transient, "answered 503"),
        (Reply(429, b""), Transient, r"too often \(429\)\."),
        (Reply(429, b"", {"Retry-After": "3600"}), Transient, r"\(429\) and wants .* in 3600 s"),
        (Reply(401, b"no such key"), Permanent, "401.*RAG_APP_RERANKER__API_KEY"),
        (Reply(404, b""), Permanent, "404.*RAG_APP_RERANKER__MODEL"),
        (Reply(400, b""), Permanent, "400"),
        (Reply(302, b"", {"Location": "http://127.0.0.1:1/"}), Permanent, "302"),
    ],
)
def test_every_failure_has_a_name(reply: Reply, kind: type[Problem], words: str) -> None:
    with _remote(always(reply)) as (remote, served), pytest.raises(kind, match=words) as told:
        remote.score(QUESTION, ["paris"])
    assert len(served.bodies) == 1
    assert "boom" not in told.value.what, "what a service says is for the operator alone"


def test_the_same_index_twice_is_wrong() -> None:
    answer = {"results": [{"index": 0, "relevance_score": 0.5}] * 2}
    with _remote(always(said(answer))) as (remote, _), pytest.raises(Permanent, match="index 0 twice"):
        remote.score(QUESTION, ["a", "b"])


def test_one_that_is_too_busy_is_asked_again_when_it_says() -> None:
    busy = always(Reply(429, b"", {"Retry-After": "0"}))
    with _remote(busy, busy, scoring) as (remote, served):
        assert remote.score(QUESTION, TEXTS).shape == (3,)
    assert len(served.bodies) == 3


def test_a_slow_one_is_given_up_within_the_limit_however_it_drips() -> None:
    held = Event()
    with _remote(always(Reply(held=held)), timeout_seconds=0.2) as (remote, _):
        with pytest.raises(Transient, match=r"longer than 0\.2 s"):
            remote.score(QUESTION, TEXTS)
        assert held.wait(5), "the connection is closed, not left dripping"


def test_one_that_is_not_there_is_told() -> None:
    with rerank_endpoint(scoring) as served:
        gone = served.url
    remote = RemoteCrossEncoder(gone, "m")
    with pytest.raises(Transient, match="gives no answer"):
        remote.score(QUESTION, TEXTS)
    remote.close()
    remote.close()


def test_it_recovers_on_the_same_connection() -> None:
    with _remote(always(Reply(500)), scoring) as (remote, _):
        with pytest.raises(Transient):
            remote.score(QUESTION, TEXTS)
        assert np.isfinite(remote.score(QUESTION, TEXTS)).all()


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("http://host:8001", "http://host:8001/v1/rerank"),
        ("http://host:8001/", "http://host:8001/v1/rerank"),
        ("https://api.jina.ai/v1", "https://api.jina.ai/v1/rerank"),
        ("https://api.cohere.com/v2/rerank", "https://api.cohere.com/v2/rerank"),
        ("http://host/rerank/", "http://host/rerank"),
    ],
)
def test_an_address_is_completed(url: str, whole: str) -> None:
    assert endpoint(url) == whole


@pytest.mark.parametrize("url", ["", "host:8001", "ftp://host", "http://", "http://host:port", "http://[::1"])
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(Permanent, match="RAG_APP_RERANKER__URL"):
        endpoint(url)


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        (429, "2", 2.0),
        (503, "0.5", 0.5),
        (429, "-1", 0.0),
        (429, "Thu, 01 Jan 1970 00:16:50 GMT", 10.0),
        (429, "Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        (429, "soon", None),
        (429, "inf", None),
        (429, None, None),
        (500, "2", None),
    ],
)
def test_when_to_ask_again(status: int, header: str | None, seconds: float | None) -> None:
    assert remote_answers.pause(status, header, now=1000.0) == seconds
