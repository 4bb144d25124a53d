"""What search and answers look like outside: the JSON of the CLI and of HTTP alike; fields are only added."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FeedbackKind = Literal["up", "down", "withdraw", "click", "copy"]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class SignalShape(_Shape):
    """One signal of a result; contributions are log-odds and add up to the score."""

    raw: float | None = Field(description="As measured: logit, rank, age in days; null where unknown")
    normalised: float | None = Field(description="On the signal's own scale: a probability, or -1 to 1")
    contribution: float = Field(description="What it adds to the score, in log-odds")


class ExplanationShape(_Shape):
    """Why a result stands at its rank."""

    relevance: float = Field(description="Log-odds of relevance before the boosts")
    probability: float = Field(description="The same as a probability")
    ranks: dict[str, int] = Field(description="Rank from 1 in each stage that saw it")
    signals: dict[str, SignalShape]
    rank_without: dict[str, int] = Field(description="Its final rank had this signal been silent for all")
    branch_scores: dict[str, float] = Field(
        description="Cosine (dense) and BM25 score, where found; never added to anything"
    )
    decided_by: Literal["ensemble", "cross_encoder", "fused"] = Field(
        description="What made the final order; scores decide only where it is the ensemble"
    )
    summary: str = Field(description="All in one line")


class Source(_Shape):
    """A passage and where it stands in its document."""

    number: int = Field(description="What the answer cites as [number], from 1")
    id: str
    set: str
    document: str
    title: str
    headings: list[str]
    text: str
    page: int | None = None
    start: int = Field(description="Character offset in the document's text")
    end: int
    created: datetime | None = None
    modified: datetime | None = None
    superseded_by: str | None = Field(None, description="Document that is a later version of this one")
    url: str | None = Field(None, description="Where the document can be opened, if its source knows")
    score: float
    explanation: ExplanationShape | None = None


class Versions(_Shape):
    """What produced a ranking, so that it can be told apart later."""

    embedder: str
    cross_encoder: str
    relevance: str
    ensemble: str


class ExpansionShape(_Shape):
    """What a set's glossary added to the words that were searched in it."""

    set: str
    phrase: str = Field(description="In the question, as the glossary writes it")
    synonyms: list[str]


class SearchResponse(_Shape):
    """Ranked passages for a question."""

    id: str = Field(description="Names this page of results, for feedback")
    question: str
    results: list[Source]
    total: int = Field(description="Candidates ranked; `results` is the page of them that was asked for")
    generations: dict[str, int] = Field(description="Document set to the generation that was read")
    milliseconds: dict[str, float] = Field(description="Time by stage, and in total")
    versions: Versions
    degraded: str | None = Field(None, description="Why the passages were not re-ranked, where that failed")
    expansions: list[ExpansionShape] = Field(default_factory=list)


class Usage(_Shape):
    """Tokens as the language model counted them; null for extracts."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Answer(_Shape):
    """An answer with its sources, or a refusal with the nearest passages."""

    id: str = Field(description="Names this answer, for feedback")
    question: str
    answer: str
    refused: bool
    citations: list[int] = Field(description="Numbers of the sources cited, in order of first mention")
    sources: list[Source]
    generator: str
    usage: Usage
    generations: dict[str, int]
    milliseconds: dict[str, float]
    versions: Versions
    degraded: str | None = Field(None, description="Why the passages were not re-ranked, where that failed")


class FeedbackReceipt(_Shape):
    """What was taken down."""

    id: str
    source: int | None
    kind: FeedbackKind
    replaced: bool = Field(description="Whether it took the place of what you had said before")


class FeedbackLine(_Shape):
    """One thing that people said, as it is exported."""

    id: str
    source: int | None = Field(description="Number of the source; null for the answer as a whole")
    kind: FeedbackKind
    principal: str
    at: datetime
    question: str
    comment: str
    set: str | None
    document: str | None
    text: str | None = Field(description="The passage, as it was shown")


class SourcesEvent(_Shape):
    """First event of a streamed answer: what was found, before a word is written."""

    type: Literal["sources"] = "sources"
    sources: list[Source]
    refused: bool
    degraded: str | None = Field(None, description="Why the passages were not re-ranked, where that failed")


class DeltaEvent(_Shape):
    """The next piece of the answer's text."""

    type: Literal["delta"] = "delta"
    text: str


class CitationsEvent(_Shape):
    """Numbers of the sources that the finished text cites."""

    type: Literal["citations"] = "citations"
    citations: list[int]


class UsageEvent(_Shape):
    """What the answer cost."""

    type: Literal["usage"] = "usage"
    usage: Usage


class DoneEvent(_Shape):
    """Last event of an answer that came to its end: the whole of it."""

    type: Literal["done"] = "done"
    answer: Answer


class ErrorEvent(_Shape):
    """Last event of an answer that broke off; what was streamed before stands."""

    type: Literal["error"] = "error"
    title: str
    detail: str
    retryable: bool = Field(description="Whether the same question may be answered later")


AnswerEvent = SourcesEvent | DeltaEvent | CitationsEvent | UsageEvent | DoneEvent | ErrorEvent
