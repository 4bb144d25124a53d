from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from api.events import server_sent
from rag_app.problems import Permanent, Transient
from rag_app.schemas import AnswerEvent, CitationsEvent, DeltaEvent


def parsed(sent: bytes) -> tuple[str, dict[str, object]]:
    """Name and data of one event, as a client takes it apart."""
    head, data = sent.decode().strip().split("\n")
    return head.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def collected(events: AsyncIterator[AnswerEvent], keep_alive_seconds: float = 60.0) -> list[bytes]:
    return [sent async for sent in server_sent(events, keep_alive_seconds)]


async def two_events() -> AsyncIterator[AnswerEvent]:
    yield DeltaEvent(text="line\nbreak, “quoted”")
    yield CitationsEvent(citations=[2, 1])


def test_an_event_is_named_by_its_type_and_carries_its_json_on_one_line() -> None:
    sent = asyncio.run(collected(two_events()))

    assert [parsed(event) for event in sent] == [
        ("delta", {"type": "delta", "text": "line\nbreak, “quoted”"}),
        ("citations", {"type": "citations", "citations": [2, 1]}),
    ]
    assert all(event.endswith(b"\n\n") for event in sent)


def test_comments_keep_the_connection_alive_and_lose_no_event() -> None:
    async def comments_before_an_event() -> list[bytes]:
        released = asyncio.Event()

        async def slow() -> AsyncIterator[AnswerEvent]:
            await released.wait()
            yield DeltaEvent(text="at last")

        received = []
        async for sent in server_sent(slow(), keep_alive_seconds=0.001):
            received.append(sent)
            if len(received) == 3:
                released.set()
        return received

    *comments, event = asyncio.run(comments_before_an_event())

    assert len(comments) >= 3
    assert set(comments) == {b": keep-alive\n\n"}
    assert parsed(event) == ("delta", {"type": "delta", "text": "at last"})


@pytest.mark.parametrize(
    ("problem", "title", "retryable"),
    [
        (Transient("The model is away.", "Ask again."), "Try again later", True),
        (Permanent("The key is refused.", "Correct it."), "Needs an operator", False),
    ],
)
def test_a_problem_in_mid_answer_is_the_last_event(
    problem: Transient | Permanent, title: str, retryable: bool
) -> None:
    async def breaking() -> AsyncIterator[AnswerEvent]:
        yield DeltaEvent(text="The allow")
        raise problem

    delta, error = asyncio.run(collected(breaking()))

    assert parsed(delta)[0] == "delta"
    assert parsed(error) == (
        "error",
        {"type": "error", "title": title, "detail": str(problem), "retryable": retryable},
    )


def test_a_fault_of_ours_in_mid_answer_is_an_event_too_and_tells_nothing_of_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def faulty() -> AsyncIterator[AnswerEvent]:
        yield DeltaEvent(text="The allow")
        raise KeyError("a secret of the inside")

    _, error = asyncio.run(collected(faulty()))

    name, data = parsed(error)
    assert (name, data["title"], data["retryable"]) == ("error", "Internal error", False)
    assert "secret" not in str(data["detail"])
    assert "a secret of the inside" in caplog.text


@pytest.mark.parametrize("events_read", [1, 2])
def test_closing_it_closes_the_events_whether_they_rest_or_are_awaited(events_read: int) -> None:
    async def closed_after_reading() -> bool:
        closed = asyncio.Event()

        async def endless() -> AsyncIterator[AnswerEvent]:
            try:
                yield DeltaEvent(text="one")
                await asyncio.Event().wait()
            finally:
                closed.set()

        stream = server_sent(endless(), keep_alive_seconds=0.001)
        for _ in range(events_read):
            await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]
        return closed.is_set()

    assert asyncio.run(closed_after_reading())


def test_cancelling_who_reads_closes_the_events() -> None:
    async def closed_by_cancelling() -> bool:
        waiting, closed = asyncio.Event(), asyncio.Event()

        async def endless() -> AsyncIterator[AnswerEvent]:
            try:
                waiting.set()
                await asyncio.Event().wait()
                yield DeltaEvent(text="never")
            finally:
                closed.set()

        reader = asyncio.ensure_future(collected(endless()))
        await waiting.wait()
        reader.cancel()
        await asyncio.wait({reader})
        return closed.is_set()

    assert asyncio.run(closed_by_cancelling())
