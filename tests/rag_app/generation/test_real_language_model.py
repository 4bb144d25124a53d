"""The whole way to a language model that is one: our prompt, its server, its stream."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from time import monotonic

import httpx
import pytest

from rag_app.generation.generator import Piece, TokenUsage
from rag_app.generation.openai_compatible import OpenAICompatibleGenerator
from rag_app.generation.prompt import messages
from rag_app.generation.token_estimate import estimated_tokens
from storage.errors import Permanent
from tests.language_model import LanguageModel
from tests.rag_app.generation.passages import ALLOWANCE_2024, ALLOWANCE_2026, SUBSCRIPTIONS, a_passage

QUESTION = "What is the daily allowance in the United Kingdom?"
PASSAGES = [ALLOWANCE_2026, ALLOWANCE_2024, SUBSCRIPTIONS]


def generator(
    served: LanguageModel, max_tokens: int = 48, context_tokens: int = 0
) -> OpenAICompatibleGenerator:
    return OpenAICompatibleGenerator(
        served.base_url,
        served.model,
        context_tokens=context_tokens or served.context_tokens,
        max_tokens=max_tokens,
    )


async def answer(asked: OpenAICompatibleGenerator, question: str = QUESTION) -> list[Piece]:
    return [piece async for piece in asked.stream(question, PASSAGES)]


def test_an_answer_is_streamed_from_the_passages(small_model: LanguageModel) -> None:
    *texts, usage = asyncio.run(answer(generator(small_model)))
    assert len(texts) > 5
    assert "46 GBP" in "".join(text for text in texts if isinstance(text, str))
    assert isinstance(usage, TokenUsage)
    assert 300 < usage.prompt_tokens < 700
    assert 5 < usage.completion_tokens <= 48


def test_temperature_zero_says_the_same_twice(small_model: LanguageModel) -> None:
    first, second = (asyncio.run(answer(generator(small_model, max_tokens=16))) for _ in range(2))
    assert first == second


def test_closing_the_stream_frees_the_server(small_model: LanguageModel) -> None:
    async def first_word_then_busy() -> bool:
        stream = generator(small_model, max_tokens=2000).stream("Write all you know, at length.", PASSAGES)
        async with aclosing(stream):
            await anext(stream)
            busy = is_busy(small_model)
        await until_idle(small_model, seconds=10)
        return busy

    assert asyncio.run(first_word_then_busy())


async def until_idle(served: LanguageModel, seconds: float) -> None:
    """2,000 tokens take the model longer than this: only a disconnect ends its work so soon."""
    deadline = monotonic() + seconds
    while is_busy(served):
        assert monotonic() < deadline
        await asyncio.sleep(0.02)


def is_busy(served: LanguageModel) -> bool:
    return any(slot["is_processing"] for slot in httpx.get(f"{served.root}/slots").json())


def test_a_window_that_the_server_does_not_have_is_a_problem_with_its_remedy(
    small_model: LanguageModel,
) -> None:
    long = [a_passage("The daily allowance is 46 GBP. " * 400) for _ in range(5)]
    asked = generator(small_model, context_tokens=32_000)
    with pytest.raises(Permanent, match="more tokens than its context window") as raised:
        asyncio.run(anext(asked.stream(QUESTION, long)))
    assert "RAG_APP_GENERATION__CONTEXT_TOKENS" in raised.value.remedy


def test_a_full_prompt_fits_the_window_it_was_made_for(small_model: LanguageModel) -> None:
    long = [a_passage("Travellers are paid a daily allowance of 46 GBP, without receipts. " * 200)] * 5
    chat = messages(QUESTION, long, small_model.context_tokens)
    content = "\n".join(message["content"] for message in chat)
    answered = httpx.post(f"{small_model.root}/tokenize", json={"content": content}).json()
    tokens = len(answered["tokens"])
    assert small_model.context_tokens / 2 < tokens < small_model.context_tokens


@pytest.mark.parametrize(
    "text",
    [
        "A card is issued to people who travel on at least 20 days a year; the bank needs 8 working days. "
        * 5,
        "Les salariés bénéficient de vingt-cinq jours de congés payés par an, après accord. " * 5,
        "Сотрудники получают двадцать пять дней оплачиваемого отпуска в год. " * 5,
        "员工每年享有二十五天带薪假期，需经主管批准。" * 5,
        "2024-01-03,ORD-99812,1,299.00,EUR\n" * 10,
    ],
)
def test_the_estimate_errs_on_the_high_side(small_model: LanguageModel, text: str) -> None:
    answered = httpx.post(f"{small_model.root}/tokenize", json={"content": text}).json()
    assert len(answered["tokens"]) <= estimated_tokens(text) <= 1.6 * len(answered["tokens"])
