from __future__ import annotations

import asyncio
from contextlib import aclosing
from threading import Event
from typing import Any

import pytest

from rag_app.generation.generator import Piece, TokenUsage
from rag_app.generation.openai_compatible import OpenAICompatibleGenerator
from storage.errors import Permanent, Problem, Transient
from tests.rag_app.generation.passages import ALLOWANCE_2026, SUBSCRIPTIONS
from tests.rag_app.generation.scripted_endpoint import (
    Answer,
    ScriptedEndpoint,
    body,
    delta,
    endless,
    events,
    half,
    keep_alive,
    scripted_endpoint,
    status,
)

PASSAGES = [ALLOWANCE_2026, SUBSCRIPTIONS]
USAGE = {"prompt_tokens": 90, "completion_tokens": 7, "total_tokens": 97}
GOOD = events(
    delta("Forty-six "),
    delta("pounds [1]."),
    delta(finish="stop"),
    {**delta(), "choices": [], "usage": USAGE},
)


def generator(endpoint: ScriptedEndpoint, **changes: Any) -> OpenAICompatibleGenerator:
    plain = {"api_key": "sk-secret", "max_retries": 0, "timeout_seconds": 5.0}
    return OpenAICompatibleGenerator(endpoint.base_url, "scripted", **{**plain, **changes})


async def read(endpoint: ScriptedEndpoint, into: list[Piece], **changes: Any) -> None:
    async for piece in generator(endpoint, **changes).stream("What is the allowance?", PASSAGES):
        into.append(piece)  # noqa: PERF401 - what came before a failure is kept


def pieces_of(*answers: Answer, **changes: Any) -> list[Piece]:
    pieces: list[Piece] = []
    with scripted_endpoint(*answers) as endpoint:
        asyncio.run(read(endpoint, pieces, **changes))
    return pieces


def problem_of(*answers: Answer, **changes: Any) -> tuple[list[Piece], Problem]:
    pieces: list[Piece] = []
    with scripted_endpoint(*answers) as endpoint, pytest.raises(Problem) as raised:
        asyncio.run(read(endpoint, pieces, **changes))
    return pieces, raised.value


def test_text_comes_as_it_is_written_and_the_usage_last() -> None:
    assert pieces_of(GOOD) == ["Forty-six ", "pounds [1].", TokenUsage(90, 7)]


def test_the_request_carries_model_limits_and_key() -> None:
    with scripted_endpoint(GOOD) as endpoint:
        asyncio.run(read(endpoint, [], max_tokens=123))
    request = endpoint.requests[0]
    assert (request["model"], request["stream"], request["temperature"]) == ("scripted", True, 0.0)
    assert (request["max_tokens"], request["stream_options"]) == (123, {"include_usage": True})
    assert "<passage 2>" in request["messages"][-1]["content"]
    assert endpoint.keys == ["Bearer sk-secret"]


def test_no_key_of_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-someone")
    with scripted_endpoint(GOOD) as endpoint:
        asyncio.run(read(endpoint, [], api_key=None))
    assert endpoint.keys == ["Bearer none"]


def test_the_key_is_not_in_the_printed_form() -> None:
    assert "sk-secret" not in repr(OpenAICompatibleGenerator("http://127.0.0.1/v1", "m", "sk-secret"))


def test_one_generator_serves_several_event_loops() -> None:
    with scripted_endpoint(GOOD) as endpoint:
        for _ in range(2):
            asyncio.run(read(endpoint, []))
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize(
    ("answer", "kind", "what", "remedy"),
    [
        (status(401), Permanent, "refused the key (401)", "RAG_APP_GENERATION__API_KEY"),
        (status(403), Permanent, "refused the key (403)", "RAG_APP_GENERATION__API_KEY"),
        (status(404), Permanent, "not found (404)", "RAG_APP_GENERATION__MODEL"),
        (status(429, Retry_After="20"), Transient, "no more requests for now (429)", "in 20 seconds"),
        (status(429, Retry_After="soon"), Transient, "(429)", "Ask again later."),
        (status(400), Permanent, "did not accept the request (400)", "RAG_APP_GENERATION__"),
        (status(400, {"code": "context_length_exceeded"}), Permanent, "more tokens", "CONTEXT_TOKENS"),
        (status(400, {"type": "exceed_context_size_error"}), Permanent, "more tokens", "CONTEXT_TOKENS"),
        (status(500), Transient, "failed (500)", "Ask again later"),
        (status(503), Transient, "failed (503)", "Ask again later"),
        (body(500, b"<html>", Content_Type="text/html"), Transient, "failed (500)", "log"),
        (body(307, b"", Location="http://127.0.0.1:9/v1"), Permanent, "(307)", "BASE_URL"),
        (body(200, b"<html>Welcome</html>", Content_Type="text/html"), Permanent, "other than", "/v1"),
        (body(200, b'{"choices": []}'), Permanent, "other than a stream", "/v1"),
        (body(200, b""), Permanent, "other than a stream", "/v1"),
        (body(200, b"data: \xff\xfe\n\n"), Permanent, "other than a stream", "/v1"),
        (events("{not json"), Permanent, "other than a stream", "/v1"),
        (events("null"), Permanent, "other than a stream", "/v1"),
        (events("[1, 2]"), Permanent, "other than a stream", "/v1"),
        (events({"foo": 1}), Permanent, "other than a stream", "/v1"),
        (events({"choices": "none"}), Permanent, "other than a stream", "/v1"),
        (events({"error": {"message": "sk-secret"}}), Transient, "reported a failure", "Ask again"),
        (events(delta(finish="stop")), Permanent, "empty answer", "MAX_TOKENS"),
        (events(delta(" \n"), delta(finish="length")), Permanent, "empty answer", "MAX_TOKENS"),
        (events({"choices": [{}]}, {"choices": [{"delta": None}]}), Transient, "broke off", "Ask again"),
    ],
)
def test_a_failure_before_any_text_says_what_and_what_to_do(
    answer: Answer, kind: type[Problem], what: str, remedy: str
) -> None:
    pieces, problem = problem_of(answer)
    assert type(problem) is kind
    assert what in problem.what
    assert remedy in problem.remedy
    assert "sk-secret" not in str(problem)
    assert "".join(piece for piece in pieces if isinstance(piece, str)).strip() == ""


@pytest.mark.parametrize(
    ("answer", "kind", "what"),
    [
        (half(delta("Forty-six ")), Transient, "broke off"),
        (events(delta("Forty-six "), done=False), Transient, "broke off"),
        (events(delta("Forty-six "), "{garbage"), Permanent, "other than a stream"),
        (
            events(delta("Forty-six "), {"error": {"message": "out of memory"}}),
            Transient,
            "reported a failure",
        ),
        (events(delta("Forty-six "), delta(finish="content_filter")), Permanent, "content filter"),
    ],
)
def test_a_failure_after_text_comes_after_that_text(answer: Answer, kind: type[Problem], what: str) -> None:
    pieces, problem = problem_of(answer)
    assert pieces == ["Forty-six "]
    assert type(problem) is kind
    assert what in problem.what


def test_an_answer_cut_at_its_limit_ends_in_an_ellipsis() -> None:
    assert pieces_of(events(delta("Forty-six"), delta(finish="length"))) == ["Forty-six", " …"]


def test_thoughts_before_the_answer_are_not_shown() -> None:
    thinking = events(
        delta("\n<thi"), delta("nk>Hm, 46"), delta("?</think>\n\nForty-six."), delta(finish="stop")
    )
    assert pieces_of(thinking) == ["Forty-six."]


def test_a_model_that_loops_is_stopped() -> None:
    gone = Event()
    pieces, problem = problem_of(endless(delta("the allowance is "), gone))
    assert isinstance(problem, Permanent)
    assert "repeated itself" in problem.what
    assert len(pieces) < 30
    assert gone.wait(5)


def test_a_server_that_is_not_there() -> None:
    with scripted_endpoint(GOOD) as endpoint:
        pass
    with pytest.raises(Transient, match="cannot be reached") as raised:
        asyncio.run(read(endpoint, []))
    assert "RAG_APP_GENERATION__BASE_URL" in raised.value.remedy


def test_silence_is_bounded_though_the_connection_is_kept_alive() -> None:
    released = Event()
    _, problem = problem_of(keep_alive(released), timeout_seconds=0.2)
    assert isinstance(problem, Transient)
    assert "silent for 0.2 seconds" in problem.what
    assert released.wait(5)  # the connection was closed


def test_a_passing_failure_is_tried_again() -> None:
    assert pieces_of(status(503, Retry_After_Ms="1"), GOOD, max_retries=1)[0] == "Forty-six "


def test_parameters_that_a_model_refuses_are_renamed_or_left_out() -> None:
    refusals = [status(400, {"param": name}) for name in ("max_tokens", "temperature", "stream_options")]
    with scripted_endpoint(*refusals, GOOD) as endpoint:
        asyncio.run(read(endpoint, [], max_tokens=50))
    last = endpoint.requests[-1]
    assert last["max_completion_tokens"] == 50
    assert not {"max_tokens", "temperature", "stream_options"} & set(last)


def test_closing_the_stream_closes_the_connection() -> None:
    gone = Event()

    async def first_piece(endpoint: ScriptedEndpoint) -> Piece:
        async with aclosing(generator(endpoint).stream("Why?", PASSAGES)) as stream:
            piece = await anext(stream)
        assert await asyncio.to_thread(gone.wait, 5)
        return piece

    with scripted_endpoint(endless(delta("word "), gone)) as endpoint:
        assert asyncio.run(first_piece(endpoint)) == "word "


def test_cancelling_the_task_closes_the_connection() -> None:
    released = Event()

    async def cancelled(endpoint: ScriptedEndpoint) -> None:
        task = asyncio.create_task(read(endpoint, []))
        while not endpoint.requests:
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(released.wait, 5)

    with scripted_endpoint(keep_alive(released)) as endpoint:
        asyncio.run(cancelled(endpoint))


@pytest.mark.parametrize("url", ["", "localhost:8080", "ftp://host/v1", "/v1"])
def test_what_is_no_web_address_stops_the_start(url: str) -> None:
    with pytest.raises(Permanent, match="RAG_APP_GENERATION__BASE_URL"):
        OpenAICompatibleGenerator(url, "model")


def test_an_answer_as_long_as_the_window_stops_the_start() -> None:
    with pytest.raises(Permanent, match="MAX_TOKENS is 1024"):
        OpenAICompatibleGenerator("http://127.0.0.1/v1", "model", context_tokens=1024, max_tokens=1024)


def test_messages_do_not_show_the_password_in_an_address() -> None:
    asked = OpenAICompatibleGenerator(
        "http://user:sk-secret@127.0.0.1:9/v1?key=sk-secret", "model", max_retries=0
    )
    with pytest.raises(Transient) as raised:
        asyncio.run(anext(asked.stream("Why?", PASSAGES)))
    assert "http://127.0.0.1:9/v1" in str(raised.value)
    assert "sk-secret" not in str(raised.value)
