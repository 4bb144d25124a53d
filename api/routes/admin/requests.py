"""What administrators send. Strict: a number is not a text, and what is unknown is refused."""

from __future__ import annotations

from typing import Annotated, Any, Self, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rag_app.set_changes import SetChange, SetRerank

NOT_NULL = ("description", "groups", "score_cache", "glossary", "kept_generations", "gate_fall")


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SetChanges(_Request):
    """Options of a document set; what is left out stays, or is as for every new set.

    null: as the installation says, or none.
    """

    description: str | None = Field(None, examples=["Rules for everybody"])
    groups: Annotated[list[str], Field(max_length=1_000)] | None = Field(
        None, description="Who may read it; []: everyone", examples=[["people"]]
    )
    half_life_days: float | None = Field(None, description="null: its documents do not age", examples=[180])
    score_cache: bool | None = Field(None, description="Whether scores of its passages may be kept")
    glossary: str | None = Field(
        None, description="A group of synonyms a line", examples=["PTO = paid time off"]
    )
    chunk_tokens: int | None = None
    min_chunk_tokens: int | None = None
    overlap_sentences: int | None = None
    rerank: SetRerank | None = None
    schedule: str | None = Field(
        None,
        description="Minute, hour, day, month, weekday in UTC; null: ingested when told to",
        examples=["30 2 * * 1-5"],
    )
    kept_generations: int | None = Field(None, description="Earlier ones that can be rolled back to")
    gate_gold: str | None = Field(
        None, description="Gold questions as JSON Lines that a new generation must pass; null: no gate"
    )
    gate_fall: float | None = Field(None, description="What NDCG@5 may fall by on them; 0.03 is 3 %")

    @model_validator(mode="after")
    def _nothing_unset(self) -> Self:
        if wrong := [
            name for name in NOT_NULL if name in self.model_fields_set and getattr(self, name) is None
        ]:
            raise ValueError(f"{', '.join(wrong)} cannot be null; leave it out, and it stays")
        return self

    def changes(self) -> SetChange:
        """What was sent."""
        sent: dict[str, Any] = self.model_dump(exclude_unset=True, exclude={"name"})
        return cast(SetChange, sent)


class SetCreation(SetChanges):
    """A new document set."""

    name: str = Field(description="1 to 200 printable characters", examples=["handbook"])


class SourceCreation(_Request):
    """A new source of a document set."""

    name: str = Field(
        description="Ids of its documents begin with it: letters, digits, dot, hyphen, underscore",
        examples=["wiki"],
    )
    kind: str = Field(description="folder, upload, web, git or object_store", examples=["upload"])
    options: dict[str, Any] = Field(
        default_factory=dict,
        description="By kind; none for upload",
        examples=[{"url": "https://wiki.example/handbook/", "max_pages": 500}],
    )


class SourceChanges(_Request):
    """Options of a source: what is left out stays, null sets one back."""

    options: dict[str, Any] = Field(examples=[{"max_pages": 2000}])


class JobRequest(_Request):
    """Bring a document set in line with its sources."""

    set: str = Field(max_length=200, examples=["handbook"])
