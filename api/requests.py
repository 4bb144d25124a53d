"""What clients send."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rag_app.filters import Filters, checked_filters
from rag_app.schemas import FeedbackKind


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FiltersRequest(_Request):
    """Which documents a question is about; what is left out does not restrict."""

    modified_from: date | datetime | None = Field(None, description="A day, or a time in ISO 8601")
    modified_until: date | datetime | None = Field(None, description="Included; a day as a whole")
    types: list[str] | None = Field(None, description="File types", examples=[["pdf", "docx"]])

    def checked(self) -> Filters:
        return checked_filters(self.modified_from, self.modified_until, self.types)


NO_FILTERS = FiltersRequest()


class SearchRequest(_Request):
    """A question, and which page of its ranking to send."""

    question: str = Field(examples=["How many days of parental leave do we get?"])
    sets: Annotated[list[str], Field(min_length=1)] | None = Field(
        None, description="Document sets to search; all that you may read if null"
    )
    offset: Annotated[int, Field(ge=0, le=100)] = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    explain: bool = Field(False, description="Tell for each result why it stands at its rank")
    order: Literal["ensemble", "cross_encoder"] | None = Field(None, description="The configured one if null")
    rerank: Literal["full", "none"] | None = Field(None, description="The configured one if null")
    filters: FiltersRequest = NO_FILTERS


class FeedbackRequest(_Request):
    """What you say of an answer or a page of results that was shown to you, or of one of its sources."""

    id: str = Field(max_length=100, description="The `id` that the answer or the search response had")
    kind: FeedbackKind = Field(description="`withdraw` takes a vote back; the last word counts")
    source: int | None = Field(
        None, description="Number of the source as it was shown; the answer as a whole if null"
    )
    comment: str = ""


class ChatRequest(_Request):
    """A question to be answered, whole (JSON) or as it is written (server-sent events)."""

    question: str = Field(examples=["How many days of parental leave do we get?"])
    sets: Annotated[list[str], Field(min_length=1)] | None = Field(
        None, description="Document sets to search; all that you may read if null"
    )
    stream: bool | None = Field(
        None, description="Server-sent events if true; if null, as the Accept header asks"
    )
    explain: bool = False
    filters: FiltersRequest = NO_FILTERS
