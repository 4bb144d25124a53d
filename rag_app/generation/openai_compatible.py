"""Answers written by a language model behind any endpoint of the OpenAI chat-completions format."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from openai import (
    APIError,
    AsyncOpenAI,
    AsyncStream,
    BadRequestError,
    DefaultAsyncHttpxClient,
    Timeout,
)
from openai.types.chat import ChatCompletionChunk

from rag_app.generation.answer_reading import AnswerReading
from rag_app.generation.endpoint_problems import SETTING, Endpoint
from rag_app.generation.generator import Piece
from rag_app.generation.prompt import Message, messages
from ranking.candidate import Candidate
from storage.errors import Permanent

CONNECT_SECONDS = 10.0
NEW_NAMES = {"max_tokens": "max_completion_tokens"}
END = object()


@dataclass(frozen=True)
class OpenAICompatibleGenerator:
    """`context_tokens` is the model's window: prompt and `max_tokens` of answer together.

    `timeout_seconds` bounds each silence, not the whole answer; what fails before the first text is
    tried `max_retries` times more. A connection lives as long as its answer, so any event loop may ask.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    context_tokens: int = 8192
    max_tokens: int = 600
    temperature: float = 0.0
    timeout_seconds: float = 60.0
    max_retries: int = 1

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise Permanent(
                f"{SETTING}BASE_URL is {self.base_url!r}, which is no web address.",
                "Give one like http://127.0.0.1:8080/v1.",
            )
        if self.max_tokens >= self.context_tokens:
            raise Permanent(
                f"{SETTING}MAX_TOKENS is {self.max_tokens}, the whole context window {self.context_tokens}.",
                "Leave room for the passages: a quarter of the window is plenty for an answer.",
            )

    @property
    def name(self) -> str:
        return self.model

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.base_url, self.model, self.timeout_seconds)

    async def stream(self, question: str, passages: Sequence[Candidate]) -> AsyncGenerator[Piece, None]:
        """As of the `Generator` protocol; an answer cut at `max_tokens` ends in an ellipsis."""
        prompt = messages(question, passages, self.context_tokens - self.max_tokens)
        reading = AnswerReading(self.endpoint)
        client = await asyncio.to_thread(self._client)  # reads the machine's certificates: 20 ms
        try:
            async with client, await self._opened(client, prompt) as chunks:
                while (chunk := await self._next(chunks)) is not END:
                    if text := reading.text_of(chunk):
                        yield text
        except APIError as error:
            raise self.endpoint.problem(error, begun=reading.begun) from error
        for piece in reading.rest():
            yield piece

    def _client(self) -> AsyncOpenAI:
        return AsyncOpenAI(
            base_url=self.base_url,
            api_key=self.api_key or "none",  # the package insists on one
            timeout=Timeout(self.timeout_seconds, connect=min(CONNECT_SECONDS, self.timeout_seconds)),
            max_retries=self.max_retries,
            # What a company asks goes to the host that was configured, and to no other.
            http_client=DefaultAsyncHttpxClient(follow_redirects=False),
        )

    async def _opened(self, client: AsyncOpenAI, prompt: list[Message]) -> AsyncStream[ChatCompletionChunk]:
        try:
            async with asyncio.timeout(self.timeout_seconds):
                return await self._accepted(client, prompt)
        except TimeoutError as error:
            raise self.endpoint.silent() from error

    async def _accepted(self, client: AsyncOpenAI, prompt: list[Message]) -> AsyncStream[ChatCompletionChunk]:
        """The answer's stream; a parameter that the model refuses is left out or given its newer name."""
        create = cast(Any, client.chat.completions.create)
        parameters: dict[str, Any] = {
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "stream_options": {"include_usage": True},
        }
        while True:
            try:
                stream = await create(model=self.model, messages=prompt, stream=True, **parameters)
                return cast(AsyncStream[ChatCompletionChunk], stream)
            except BadRequestError as error:
                refused = (error.param or "").partition(".")[0]
                if refused not in parameters:
                    raise
                value = parameters.pop(refused)
                if refused in NEW_NAMES:
                    parameters[NEW_NAMES[refused]] = value

    async def _next(self, chunks: AsyncStream[ChatCompletionChunk]) -> object:
        """The next chunk or END. Keep-alive comments do not count: they would outwit the socket's timeout."""
        try:
            async with asyncio.timeout(self.timeout_seconds):
                return await anext(chunks, END)
        except TimeoutError as error:
            raise self.endpoint.silent() from error
        except ValueError as error:  # neither JSON nor UTF-8
            raise self.endpoint.garbage() from error
