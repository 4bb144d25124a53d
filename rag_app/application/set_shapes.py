"""What the verbs over document sets return."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from storage.catalogue import Listed
from storage.cron import next_due
from storage.document_sets import DocumentSet
from storage.generation_history import GenerationRecord
from storage.glossary import parse_glossary


class SetOptions(BaseModel):
    """What is decided about one document set."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str
    folder: str | None
    generation: int = Field(description="The live generation; 0 before the first ingestion is published")
    groups: list[str] = Field(description="Who may read it; empty: everyone")
    half_life_days: float | None
    score_cache: bool = Field(description="Whether scores of its passages may be kept")
    glossary: list[list[str]] = Field(description="Groups of phrases that mean the same")
    chunk_tokens: int | None = Field(description="null, as in the next three: the installation's")
    min_chunk_tokens: int | None
    overlap_sentences: int | None
    rerank: Literal["full", "none"] | None
    schedule: str | None = Field(description="Cron in five fields; null: ingested when told to")
    next_run: datetime | None = Field(description="When the schedule is due next; null: there is none")
    kept_generations: int = Field(description="Earlier ones that can be rolled back to")
    gate_questions: int = Field(description="Gold questions that a new generation must pass; 0: no gate")
    gate_fall: float = Field(description="The part of NDCG@5 that a new generation may lose on them")
    created: datetime
    updated: datetime


class SetPage(BaseModel):
    """Document sets by name."""

    model_config = ConfigDict(frozen=True)

    sets: list[SetOptions]
    next_cursor: str | None = Field(description="For the next page; null: this is the last")


class SetDocument(BaseModel):
    """A document that questions find, or that the last ingestion could not take."""

    model_config = ConfigDict(frozen=True)

    document: str
    title: str | None = Field(description="null, as the next three: it was never taken")
    path: str | None = Field(description="Where it came from")
    modified: datetime | None
    language: str | None
    chunks: int
    outcome: str = Field(description="Of the last ingestion: added, changed, unchanged, failed, skipped")
    reason: str


class SetDocumentPage(BaseModel):
    """Documents of a set by id."""

    model_config = ConfigDict(frozen=True)

    set: str
    documents: list[SetDocument]
    next_cursor: str | None = Field(description="For the next page; null: this is the last")


class GenerationEntry(BaseModel):
    """One generation of a set, and what became of it."""

    model_config = ConfigDict(frozen=True)

    number: int
    state: Literal["live", "kept", "rolled back", "undone", "unfinished", "cleaned up"]
    begun: datetime
    published: datetime | None
    undone: datetime | None
    ended: datetime | None = Field(description="When another generation became live instead")
    cleaned: datetime | None
    documents: int | None = Field(description="This and chunks as published; null: not published")
    chunks: int | None


class GenerationList(BaseModel):
    """All generations of a set, the newest first."""

    model_config = ConfigDict(frozen=True)

    set: str
    generations: list[GenerationEntry]


class RolledBack(BaseModel):
    """Which generation is live now, and which was."""

    model_config = ConfigDict(frozen=True)

    set: str
    generation: int
    former: int


class CleanedUp(BaseModel):
    """What was deleted for good, since no generation that is kept shows it."""

    model_config = ConfigDict(frozen=True)

    set: str
    generations: list[int] = Field(description="Those that nothing can go back to from now on")
    revisions: int = Field(description="Of documents")
    chunks: int


class Erased(BaseModel):
    """What went with a set, or with one document of it."""

    model_config = ConfigDict(frozen=True)

    set: str
    document: str | None = Field(description="null: the whole set")
    revisions: int = Field(description="Of documents, in all generations")
    chunks: int
    passages: int = Field(description="Shown to people")
    votes: int
    answers: int = Field(description="Whose text was erased, for it may have quoted what went")
    still_at: str | None = Field(description="Where the next ingestion would find the document again")


def set_options(found: DocumentSet, gate_questions: int, now: datetime) -> SetOptions:
    same = {name: getattr(found, name) for name in SetOptions.model_fields if hasattr(found, name)}
    own = {
        "generation": found.live_generation,
        "groups": sorted(found.groups),
        "glossary": [list(group) for group in parse_glossary(found.glossary)],
        "gate_questions": gate_questions,
        "next_run": next_due(found.schedule, now) if found.schedule else None,
    }
    return SetOptions(**{**same, **own})


def set_document(listed: Listed) -> SetDocument:
    record, told = listed.record, listed.outcome
    return SetDocument(
        document=listed.document,
        title=record.title if record else None,
        path=record.path if record else None,
        modified=record.modified if record else None,
        language=record.language if record else None,
        chunks=record.chunks if record else 0,
        outcome=told.outcome if told else "unchanged",
        reason=told.reason if told else "",
    )


def generation_entry(record: GenerationRecord, live: int) -> GenerationEntry:
    same = {name: getattr(record, name) for name in GenerationEntry.model_fields if name != "state"}
    return GenerationEntry(state=_state(record, live), **same)


def _state(
    record: GenerationRecord, live: int
) -> Literal["live", "kept", "rolled back", "undone", "unfinished", "cleaned up"]:
    if record.number == live:
        return "live"
    if record.undone is not None:
        return "undone"
    if record.published is None:
        return "unfinished"
    if record.cleaned is not None:
        return "cleaned up"
    return "kept" if record.number < live else "rolled back"
