"""From the chunks of a streamed chat completion to the text of an answer; trusts nothing that comes."""

from __future__ import annotations

from openai.types import CompletionUsage
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import Choice

from rag_app.generation.endpoint_problems import Endpoint
from rag_app.generation.generator import Piece, TokenUsage
from rag_app.generation.repetition import repeats_itself

THINKING, THOUGHT = "<think>", "</think>"
CUT_OFF = " …"


class AnswerReading:
    """Takes chunks one by one; raises Permanent or Transient where they are no answer, or none any more."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._held: str | None = ""
        self._text = ""
        self._finish_reason: str | None = None
        self._usage: TokenUsage | None = None
        self.begun = False

    def text_of(self, chunk: object) -> str:
        """What this chunk adds to the answer; may be empty."""
        if not isinstance(chunk, ChatCompletionChunk):
            raise self._endpoint.garbage()
        self._read_usage(getattr(chunk, "usage", None))
        choices = getattr(chunk, "choices", None)  # chunks are not validated: any field may be missing
        if not isinstance(choices, list):
            raise self._endpoint.garbage()
        self.begun = True
        text = "".join(self._content(choice) for choice in choices[:1])
        self._text += text
        if text and repeats_itself(self._text):
            raise self._endpoint.looping()
        return text

    def rest(self) -> list[Piece]:
        """What stands after the last chunk: an ellipsis where the model ran out of tokens, then the usage."""
        if not self.begun:
            raise self._endpoint.garbage()
        if self._finish_reason is None:
            raise self._endpoint.broken_off()
        if self._finish_reason == "content_filter":
            raise self._endpoint.withheld()
        if not self._text.strip():
            raise self._endpoint.empty()
        pieces: list[Piece] = [CUT_OFF] if self._finish_reason == "length" else []
        return [*pieces, self._usage] if self._usage else pieces

    def _content(self, choice: Choice) -> str:
        reason = getattr(choice, "finish_reason", None)
        if isinstance(reason, str):
            self._finish_reason = reason
        delta = getattr(choice, "delta", None)
        content = getattr(delta, "content", None) or getattr(delta, "refusal", None)
        return self._without_thoughts(content) if isinstance(content, str) else ""

    def _without_thoughts(self, text: str) -> str:
        """Some servers stream a model's thoughts before the answer, in tags."""
        if self._held is None:
            return text
        self._held += text
        start = self._held.lstrip()
        if start.startswith(THINKING):
            _, end, start = start.partition(THOUGHT)
            if not end:
                return ""
        elif THINKING.startswith(start):
            return ""
        self._held = None if start.strip() else ""
        return start.lstrip()

    def _read_usage(self, usage: object) -> None:
        if isinstance(usage, CompletionUsage):
            counts = (getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None))
            if isinstance(counts[0], int) and isinstance(counts[1], int):
                self._usage = TokenUsage(counts[0], counts[1])
