"""The HTTP interface of a real server process."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

QUESTION = "How long is the warranty of the Rill 300?"
UNANSWERED = "May I bring my dog to the office?"


def _events(response: httpx.Response) -> Iterator[tuple[str, dict[str, object]]]:
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_lives_and_is_ready_and_describes_itself(server: httpx.Client) -> None:
    assert server.get("/livez").json() == {"status": "alive"}
    ready = server.get("/readyz")
    assert ready.status_code == 200
    assert set(ready.json()["checks"]) == {"vector_store", "database", "embedder", "cross_encoder"}
    assert "/api/chat" in server.get("/openapi.json").json()["paths"]
    assert server.get("/docs").status_code == 200


def test_search_pages_through_one_ranking(server: httpx.Client) -> None:
    whole = server.post("/api/search", json={"question": QUESTION, "limit": 6}).json()
    second = server.post("/api/search", json={"question": QUESTION, "limit": 3, "offset": 3}).json()

    assert [r["number"] for r in second["results"]] == [4, 5, 6]
    assert [r["id"] for r in second["results"]] == [r["id"] for r in whole["results"][3:]]
    assert whole["total"] == second["total"] == 50


def test_an_explanation_adds_up_to_the_score(server: httpx.Client) -> None:
    found = server.post("/api/search", json={"question": QUESTION, "explain": True}).json()

    for result in found["results"]:
        signals = result["explanation"]["signals"]
        assert {"cross_encoder", "fused_rank", "freshness"} <= set(signals)
        total = sum(signal["contribution"] for signal in signals.values())
        assert total == result["score"]
        assert result["explanation"]["summary"].endswith(f"Final rank {result['number']}")
        assert set(signals) <= set(result["explanation"]["rank_without"])
        assert result["explanation"]["ranks"]["ensemble"] == result["number"]
    scores = [result["score"] for result in found["results"]]
    assert scores == sorted(scores, reverse=True)


def test_chat_answers_with_citations(server: httpx.Client) -> None:
    answer = server.post("/api/chat", json={"question": QUESTION}).json()

    assert not answer["refused"]
    assert answer["citations"]
    assert all(1 <= number <= len(answer["sources"]) for number in answer["citations"])
    assert all(f"[{number}]" in answer["answer"] for number in answer["citations"])


def test_chat_streams_typed_events_that_make_up_the_answer(server: httpx.Client) -> None:
    headers = {"Accept": "text/event-stream"}
    with server.stream("POST", "/api/chat", json={"question": QUESTION}, headers=headers) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        events = list(_events(response))

    names = [name for name, _ in events]
    assert names[0] == "sources"
    assert names[-3:] == ["citations", "usage", "done"]
    assert set(names[1:-3]) == {"delta"}
    text = "".join(str(event["text"]) for name, event in events if name == "delta")
    done = events[-1][1]["answer"]
    assert isinstance(done, dict)
    assert done["answer"] == text.strip()


def test_what_the_documents_do_not_answer_is_refused_with_the_nearest_passages(server: httpx.Client) -> None:
    answer = server.post("/api/chat", json={"question": UNANSWERED}).json()

    assert answer["refused"]
    assert answer["answer"] == "The knowledge base does not answer this."
    assert len(answer["sources"]) == 5
    assert answer["citations"] == []


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/api/search", {"question": ""}, 422, "no word"),
        ("/api/search", {"question": "a" * 100_000}, 422, "100,000 characters; at most 4,000"),
        ("/api/search", {"question": "x", "limit": 1000}, 422, "limit"),
        ("/api/search", {"question": "x", "colour": "red"}, 422, "colour"),
        ("/api/search", {"question": "leave", "sets": ["secret"]}, 404, "'secret'"),
        ("/api/chat", {}, 422, "question"),
        ("/api/nothing", {}, 404, "/api/nothing"),
        ("/livez", {}, 405, "POST"),
    ],
)
def test_errors_are_problem_details_with_the_request_id(
    server: httpx.Client, path: str, body: dict[str, object], status: int, words: str
) -> None:
    response = server.post(path, json=body, headers={"X-Request-ID": "abc-123"})

    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["X-Request-ID"] == "abc-123"
    problem = response.json()
    assert problem["status"] == status
    assert problem["request_id"] == "abc-123"
    assert words in problem["detail"]


def test_a_body_that_is_no_json_or_too_large_is_refused(server: httpx.Client) -> None:
    broken = server.post(
        "/api/search", content=b'{"question": ', headers={"Content-Type": "application/json"}
    )
    large = server.post("/api/search", content=b"x" * 2_000_000)

    assert (broken.status_code, large.status_code) == (422, 413)
    assert "1,000,000 bytes" in large.json()["detail"]


def test_an_unsound_request_id_is_replaced(server: httpx.Client) -> None:
    response = server.get("/livez", headers={"X-Request-ID": "a b<script>"})

    assert len(response.headers["X-Request-ID"]) == 36


@pytest.mark.parametrize(
    "question", ["休暇は何日ありますか", "сколько дней отпуска", "\x00\x07 leave \u202e"]
)
def test_other_scripts_and_control_characters_do_no_harm(server: httpx.Client, question: str) -> None:
    assert server.post("/api/chat", json={"question": question}).status_code == 200
