"""What there is, and whether it works."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from rag_app.application.rankers import RankerStatus
from rag_app.schemas import Versions
from storage.errors import Problem


@dataclass(frozen=True, slots=True)
class Check:
    """One dependency: ready, or not and why; the detail of a ready one tells what is not as it should be."""

    name: str
    ready: bool
    detail: str = ""


def checked(dependencies: Mapping[str, Callable[[], object]]) -> list[Check]:
    """Calls each dependency once; its Problem is the detail, or the text that it returns."""
    return [_check(name, call) for name, call in dependencies.items()]


def _check(name: str, call: Callable[[], object]) -> Check:
    try:
        found = call()
    except Problem as problem:
        return Check(name, ready=False, detail=str(problem))
    return Check(name, ready=True, detail=found if isinstance(found, str) else "")


class SetStatus(BaseModel):
    """One document set as it is searched now."""

    model_config = ConfigDict(frozen=True)

    name: str
    folder: str | None
    generation: int = Field(description="The live generation; 0 before the first ingestion is published")
    documents: int
    chunks: int
    half_life_days: float | None
    updated: datetime
    failed: dict[str, str] = Field(description="Files the last ingestion could not take: path to reason")


class Status(BaseModel):
    """The whole installation."""

    model_config = ConfigDict(frozen=True)

    data_dir: str
    vector_store: str
    sets: list[SetStatus]
    versions: Versions
    ranker: RankerStatus
    generator: str
    refusal_threshold: float
