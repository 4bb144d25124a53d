"""What goes wrong at a language model's endpoint, in our words: never in its own, which may repeat a key."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from openai import APIConnectionError, APIError, APIResponseValidationError, APIStatusError, APITimeoutError

from storage.errors import Permanent, Problem, Transient

SETTING = "RAG_APP_GENERATION__"
CONTEXT_ERRORS = {"context_length_exceeded", "exceed_context_size_error"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as messages name it, and the Problem behind each of its failures."""

    base_url: str
    model: str
    timeout_seconds: float

    def __str__(self) -> str:
        return f"The language model {self.model} at {self.address}"

    @property
    def address(self) -> str:
        """The URL without user, password and query, which may hold secrets."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def problem(self, error: APIError, *, begun: bool) -> Problem:
        """The Problem that an error of the openai package means, before or after the answer has `begun`."""
        if isinstance(error, APITimeoutError):
            return self.silent()
        if isinstance(error, APIStatusError):
            return self._refused(error)
        if isinstance(error, APIResponseValidationError):
            return self.garbage()
        if isinstance(error, APIConnectionError):
            return self.broken_off() if begun else self.unreachable()
        return Transient(f"{self} reported a failure.", "Ask again; if it goes on, look into its log.")

    def unreachable(self) -> Transient:
        return Transient(
            f"{self} cannot be reached.",
            f"Start the server, or correct {SETTING}BASE_URL; without one, answers are extracts.",
        )

    def silent(self) -> Transient:
        return Transient(
            f"{self} was silent for {self.timeout_seconds:g} seconds.",
            f"Ask again later, or raise {SETTING}TIMEOUT_SECONDS.",
        )

    def broken_off(self) -> Transient:
        return Transient(f"{self} broke off in the middle of its answer.", "Ask again.")

    def garbage(self) -> Permanent:
        return Permanent(
            f"{self} answered something other than a stream of chat completions in OpenAI's format.",
            f"Check that {SETTING}BASE_URL is the API's address; most end in /v1.",
        )

    def empty(self) -> Permanent:
        return Permanent(
            f"{self} wrote an empty answer.",
            f"Ask in other words; a model that thinks first may need larger {SETTING}MAX_TOKENS.",
        )

    def looping(self) -> Permanent:
        return Permanent(
            f"{self} repeated itself and was stopped.",
            "Ask in other words; if it happens often, configure a larger model.",
        )

    def withheld(self) -> Permanent:
        return Permanent(f"A content filter of {self.address} stopped the answer.", "Ask in other words.")

    def _refused(self, error: APIStatusError) -> Problem:
        status = error.status_code
        if status in (401, 403):
            return Permanent(f"{self} refused the key ({status}).", f"Correct {SETTING}API_KEY.")
        if status == 404:
            return Permanent(
                f"{self} is not found ({status}).",
                f"Correct {SETTING}MODEL, or {SETTING}BASE_URL: most addresses end in /v1.",
            )
        if status == 429:
            return Transient(
                f"{self} takes no more requests for now ({status}).", f"Ask again{_after(error)}."
            )
        if {error.code, error.type} & CONTEXT_ERRORS:
            return Permanent(
                f"{self} was given more tokens than its context window holds ({status}).",
                f"Lower {SETTING}CONTEXT_TOKENS to what the server offers.",
            )
        if status >= 500 or status in (408, 409):
            return Transient(f"{self} failed ({status}).", "Ask again later; the server's log says why.")
        return Permanent(
            f"{self} did not accept the request ({status}).",
            f"Check {SETTING}BASE_URL and {SETTING}MODEL; the server's log says more.",
        )


def _after(error: APIStatusError) -> str:
    seconds = error.response.headers.get("retry-after", "")
    return f" in {int(seconds)} seconds" if seconds.isdecimal() and len(seconds) < 6 else " later"
