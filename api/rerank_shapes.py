"""What clients of the re-ranker's service send and get: the shape of Cohere, Jina, vLLM and others."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rag_app.application.reranker import Relevance


class TextDocument(BaseModel):
    """A document as an object; its other fields are not read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str


class RerankRequest(BaseModel):
    """Fields that other services know are taken and not read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    model: str | None = Field(None, description="Not read: one model is served, and named in the response")
    query: str = Field(examples=["How long is the warranty?"])
    documents: list[str | TextDocument] = Field(examples=[["It lasts 36 months.", "We meet at noon."]])
    top_n: Annotated[int, Field(ge=1)] | None = Field(None, description="Best results to send; all if null")
    return_documents: bool = False

    @property
    def texts(self) -> list[str]:
        return [document if isinstance(document, str) else document.text for document in self.documents]


class RerankResult(BaseModel):
    """A document by its place in the request, from 0."""

    index: int
    relevance_score: float = Field(description="From 0 to 1, in full precision: its logit is the model's")
    document: TextDocument | None = Field(None, description="Where `return_documents` is true")


class RerankResponse(BaseModel):
    """Best first."""

    id: str
    model: str = Field(description="Name and beginning of the hash of the weights")
    results: list[RerankResult]


def response(ranked: Sequence[Relevance], request: RerankRequest, version: str) -> RerankResponse:
    texts = request.texts if request.return_documents else None
    results = [
        RerankResult(
            index=found.index,
            relevance_score=found.score,
            document=TextDocument(text=texts[found.index]) if texts else None,
        )
        for found in ranked
    ]
    return RerankResponse(id=str(uuid.uuid4()), model=version, results=results)
